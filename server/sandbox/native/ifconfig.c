#include "cb.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* FreeBSD's IFF_ bits, in their order. */
enum {
  UP = 0x1,
  BROADCAST = 0x2,
  LOOPBACK = 0x8,
  RUNNING = 0x40,
  PROMISC = 0x100,
  SIMPLEX = 0x800,
  MULTICAST = 0x8000,
  LOWER_UP = 0x1000000,
};

static const struct {
  unsigned bit;
  const char *name;
} flag_names[] = {{UP, "UP"},           {BROADCAST, "BROADCAST"}, {LOOPBACK, "LOOPBACK"},   {RUNNING, "RUNNING"},
                  {PROMISC, "PROMISC"}, {SIMPLEX, "SIMPLEX"},     {MULTICAST, "MULTICAST"}, {LOWER_UP, "LOWER_UP"}};

static struct {
  struct link *links;
  struct address *addresses;
  size_t link_count, address_count;
  int family; /* only this one; 0 for all */
  bool recent;  /* FreeBSD 14's form; else 11's, as the primer shows it */
  bool in_jail; /* without a sandbox around: this is a jail's copy */
  bool shares_addresses;
} view;

static char *old_setting(void) { return state_folder() == NULL ? NULL : host_setting("dialect"); }

/* Linux takes no colon in a name, but the older iocage calls its interfaces vnet0:7. */
const char *linux_name(const char *name) {
  static char result[64];
  if (strcmp(name, "lo0") == 0) return "lo";
  snprintf(result, sizeof result, "%s", name);
  for (char *at = result; *at != '\0'; at++)
    if (*at == ':') *at = '.';
  return result;
}

const char *freebsd_name(const char *name) {
  static char results[4][64];
  static int next;
  if (strcmp(name, "lo") == 0) return "lo0";
  char *result = results[next++ % 4], *dot;
  snprintf(result, 64, "%s", name);
  if (!view.recent && !view.in_jail && starts_with(name, "vnet") && (dot = strchr(result, '.')) != NULL) *dot = ':';
  return result;
}

/* Plumbing of the sandbox that FreeBSD has no counterpart of. */
bool is_hidden(const char *name) {
  size_t length = strlen(name);
  if (length > 5 && strcmp(name + length - 5, ".wire") == 0) return true;
  return starts_with(name, "vj") && name[2] >= '0' && name[2] <= '9';
}

static bool is_loopback(const struct link *link) { return (link->flags & IFF_LOOPBACK) != 0; }
static bool is_bridge(const struct link *link) { return strcmp(link->kind, "bridge") == 0; }
static bool is_epair(const struct link *link) {
  return starts_with(link->name, "epair") || starts_with(link->name, "vnet");
}
static bool is_up(const struct link *link) { return (link->flags & IFF_UP) != 0; }

static void print_flags(const struct link *link) {
  unsigned flags = MULTICAST;
  if (is_up(link)) flags |= UP | RUNNING | (view.recent ? LOWER_UP : 0);
  if (is_loopback(link)) flags |= LOOPBACK;
  else flags |= BROADCAST | SIMPLEX;
  /* The primer's interface is in that mode; the newer one only as a bridge's member. */
  bool wire_is_member = false;
  for (size_t i = 0; i < view.link_count; i++)
    if (view.links[i].peer == link->index && view.links[i].peer_is_here && is_hidden(view.links[i].name) && view.links[i].master != 0)
      wire_is_member = true;
  if (!is_bridge(link) && !is_loopback(link) && (link->master != 0 || wire_is_member || (!view.recent && !is_epair(link))))
    flags |= PROMISC;
  printf("%s: flags=%x<", freebsd_name(link->name), flags);
  bool first = true;
  for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++)
    if (flags & flag_names[i].bit) {
      printf("%s%s", first ? "" : ",", flag_names[i].name);
      first = false;
    }
  printf("> metric 0 mtu %u\n", is_loopback(link) ? 16384 : link->mtu);
}

static void print_options(const struct link *link) {
  if (is_bridge(link)) return;
  if (is_loopback(link)) puts("\toptions=600003<RXCSUM,TXCSUM,RXCSUM_IPV6,TXCSUM_IPV6>");
  else if (is_epair(link)) puts("\toptions=8<VLAN_MTU>");
  else
    puts("\toptions=6403bb<RXCSUM,TXCSUM,VLAN_MTU,VLAN_HWTAGGING,JUMBO_MTU,VLAN_HWCSUM,TSO4,TSO6,VLAN_HWTSO,"
         "RXCSUM_IPV6,TXCSUM_IPV6>");
}

static void print_ether(const char *word, const unsigned char *bytes) {
  printf("\t%s %02x:%02x:%02x:%02x:%02x:%02x\n", word, bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
}

/* A jail's alias is a host route to the kernel; its mask stands in its label, "igb0:24". */
static int shown_prefix(const struct address *address) {
  const char *colon = strchr(address->label, ':');
  return colon != NULL && colon[1] >= '0' && colon[1] <= '9' ? atoi(colon + 1) : address->prefix_length;
}

static void print_inet(const struct link *link, const struct address *address) {
  int prefix = shown_prefix(address);
  uint32_t mask = prefix == 0 ? 0 : 0xffffffffU << (32 - prefix), number;
  memcpy(&number, address->bytes, 4);
  char name[64];
  printf("\tinet %s netmask 0x%x", inet_ntop(AF_INET, address->bytes, name, sizeof name), mask);
  if (!is_loopback(link)) {
    uint32_t last = htonl(ntohl(number) | ~mask);
    printf(" broadcast %s", inet_ntop(AF_INET, &last, name, sizeof name));
  }
  putchar('\n');
}

static bool is_link_local(const struct address *address) {
  return address->family == AF_INET6 && address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

static void print_inet6(const struct link *link, const struct address *address) {
  char name[64];
  inet_ntop(AF_INET6, address->bytes, name, sizeof name);
  bool local = is_link_local(address);
  printf("\tinet6 %s", name);
  if (local) printf("%%%s", freebsd_name(link->name));
  printf(" prefixlen %d", address->prefix_length);
  if (local) printf(" scopeid 0x%x", link->index);
  putchar('\n');
}

/* A jail that shares the host's addresses sees only its own; the rest is how it is made here. */
static bool is_shown(const struct link *link, const struct address *address) {
  if (address->index != link->index) return false;
  /* FreeBSD's bridges and epairs have none until IPv6 is asked for. */
  if (is_link_local(address) && (is_bridge(link) || is_epair(link)) && !view.in_jail) return false;
  if (!view.shares_addresses) return true;
  if (address->family == AF_INET) return !(is_loopback(link) && address->bytes[3] == 1 && address->bytes[0] == 127);
  return !is_loopback(link) && !is_link_local(address);
}

static void print_addresses(const struct link *link, int family) {
  if (view.family != 0 && view.family != family) return;
  for (size_t i = 0; i < view.address_count; i++) {
    const struct address *address = &view.addresses[i];
    if (address->family != family || !is_shown(link, address)) continue;
    if (family == AF_INET) print_inet(link, address);
    else print_inet6(link, address);
  }
}

static bool has_inet6(const struct link *link) {
  for (size_t i = 0; i < view.address_count; i++)
    if (view.addresses[i].family == AF_INET6 && is_shown(link, &view.addresses[i])) return true;
  return false;
}

static const char *member_name(const struct link *member) {
  if (!is_hidden(member->name)) return freebsd_name(member->name);
  for (size_t i = 0; i < view.link_count; i++)
    if (view.links[i].index == member->peer && member->peer_is_here) return freebsd_name(view.links[i].name);
  return NULL;
}

static void print_bridge(const struct link *link) {
  puts("\tid 00:00:00:00:00:00 priority 32768 hellotime 2 fwddelay 15\n"
       "\tmaxage 20 holdcnt 6 proto rstp maxaddr 2000 timeout 1200\n"
       "\troot id 00:00:00:00:00:00 priority 32768 ifcost 0 port 0");
  for (size_t i = view.link_count; i-- > 0;) {
    const struct link *member = &view.links[i];
    if (member->master != link->index || member_name(member) == NULL) continue;
    printf("\tmember: %s flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>\n", member_name(member));
    printf("\t        ifmaxaddr 0 port %d priority 128 path cost %d\n", member->index, is_epair(member) ? 2000 : 20000);
  }
}

static void print_neighbours(const struct link *link) {
  if (is_loopback(link)) puts("\tnd6 options=21<PERFORMNUD,AUTO_LINKLOCAL>");
  else if (has_inet6(link)) puts("\tnd6 options=21<PERFORMNUD,AUTO_LINKLOCAL>");
  else if (is_bridge(link)) puts("\tnd6 options=9<PERFORMNUD,IFDISABLED>");
  else puts("\tnd6 options=29<PERFORMNUD,IFDISABLED,AUTO_LINKLOCAL>");
}

static void print_groups(const struct link *link) {
  if (is_loopback(link)) puts("\tgroups: lo");
  else if (is_bridge(link)) puts("\tgroups: bridge");
  else if (is_epair(link)) puts("\tgroups: epair");
}

static void print_media(const struct link *link) {
  if (is_loopback(link) || is_bridge(link)) return;
  puts(is_epair(link) ? "\tmedia: Ethernet 10Gbase-T (10Gbase-T <full-duplex>)"
                      : "\tmedia: Ethernet autoselect (1000baseT <full-duplex>)");
  printf("\tstatus: %s\n", is_up(link) ? "active" : "no carrier");
}

static void print_link(const struct link *link) {
  bool all = view.family == 0;
  print_flags(link);
  if (all && link->alias[0] != '\0') printf("\tdescription: %s\n", link->alias);
  print_options(link);
  if ((all || view.family == AF_PACKET) && !is_loopback(link)) {
    print_ether("ether", link->address);
    if (is_epair(link)) print_ether("hwaddr", link->address);
  }
  if (is_loopback(link)) print_addresses(link, AF_INET6);
  print_addresses(link, AF_INET);
  if (!is_loopback(link)) print_addresses(link, AF_INET6);
  if (!all) return;
  if (is_bridge(link)) print_bridge(link);
  if (!view.recent) {
    print_neighbours(link);
    print_media(link);
    print_groups(link);
  } else {
    print_groups(link);
    print_media(link);
    print_neighbours(link);
  }
}

/* Cards first, then lo0, then what was made later, as FreeBSD counts them. */
static int rank(const struct link *link) {
  return is_loopback(link) ? 1 : is_bridge(link) ? 2 : is_epair(link) ? 3 : 0;
}

static int by_rank(const void *left, const void *right) {
  const struct link *a = left, *b = right;
  return rank(a) != rank(b) ? rank(a) - rank(b) : a->index - b->index;
}

static void look(void) {
  view.links = read_links(&view.link_count);
  view.addresses = read_addresses(&view.address_count);
  if (view.link_count > 1) qsort(view.links, view.link_count, sizeof *view.links, by_rank);
  /* A jail's wire is named like the host's card, and its other end is out of sight. */
  for (size_t i = 0; view.in_jail && i < view.link_count; i++)
    if (!is_loopback(&view.links[i]) && !is_epair(&view.links[i]) && view.links[i].peer != 0 && !view.links[i].peer_is_here)
      view.shares_addresses = true;
}

static int family_of(const char *word) {
  if (strcmp(word, "inet") == 0) return AF_INET;
  if (strcmp(word, "inet6") == 0) return AF_INET6;
  if (strcmp(word, "ether") == 0 || strcmp(word, "link") == 0 || strcmp(word, "lladdr") == 0) return AF_PACKET;
  return 0;
}

static void print_names(bool only_up, bool only_down) {
  bool first = true;
  for (size_t i = 0; i < view.link_count; i++) {
    if (is_hidden(view.links[i].name) || (only_up && !is_up(&view.links[i])) || (only_down && is_up(&view.links[i]))) continue;
    printf("%s%s", first ? "" : " ", freebsd_name(view.links[i].name));
    first = false;
  }
  putchar('\n');
}

int ifconfig_main(int argc, char **argv) {
  bool names = false, only_up = false, only_down = false;
  int at = 1;
  for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++)
    for (const char *letter = argv[at] + 1; *letter != '\0'; letter++) {
      if (*letter == 'l') names = true;
      else if (*letter == 'u') only_up = true;
      else if (*letter == 'd') only_down = true;
      else if (strchr("aLmnvk", *letter) == NULL) {
        dprintf(2, "ifconfig: illegal option -- %c\nusage: ifconfig [-L] [-m] [-n] interface [create] address_family ...\n", *letter);
        return 1;
      }
    }
  view.in_jail = state_folder() == NULL;
  if (!view.in_jail && enter_host() != 0) die(1, "the sandbox host cannot be entered: %s", strerror(errno));
  char *dialect = old_setting();
  view.recent = dialect != NULL && strcmp(dialect, "0.9.7") != 0;
  const char *name = at < argc && family_of(argv[at]) == 0 ? argv[at++] : NULL;
  if (at < argc && family_of(argv[at]) != 0 && at + 1 == argc) view.family = family_of(argv[at++]);
  if (name != NULL && at < argc) return change_interface(name, argc - at, argv + at);
  look();
  if (names) {
    print_names(only_up, only_down);
    return 0;
  }
  bool found = false;
  for (size_t i = 0; i < view.link_count; i++) {
    const struct link *link = &view.links[i];
    if (is_hidden(link->name) || (only_up && !is_up(link)) || (only_down && is_up(link))) continue;
    if (name != NULL && strcmp(link->name, linux_name(name)) != 0) continue;
    print_link(link);
    found = true;
  }
  if (name != NULL && !found) die(1, "interface %s does not exist", name);
  return 0;
}
