#include "cb.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* `ifconfig IF WORD…`: what iocage, jail(8) and admins change. */

static char interface_name[64];
static int interface;

static void ioctl_failed(const char *name) { die(1, "ioctl (%s): %s", name, strerror(errno)); }

static int needed(const char *name) {
  int index = is_hidden(linux_name(name)) ? 0 : link_index(linux_name(name));
  if (index == 0) die(1, "interface %s does not exist", name);
  return index;
}

static int mask_length(const char *word) {
  uint32_t mask;
  if (starts_with(word, "0x")) mask = (uint32_t)strtoul(word, NULL, 16);
  else if (inet_pton(AF_INET, word, &mask) == 1) mask = ntohl(mask);
  else return -1;
  int length = 0;
  while (length < 32 && (mask >> (31 - length) & 1) == 1) length++;
  return length;
}

struct wanted_address {
  int family, length;
  unsigned char bytes[16];
};

/* Reads ADDR[/LEN]; the class's own mask where none is given. */
static struct wanted_address read_address(const char *word, int family) {
  struct wanted_address result = {.family = family, .length = family == AF_INET ? -1 : 64};
  char text_only[128];
  snprintf(text_only, sizeof text_only, "%.*s", (int)strcspn(word, "/%"), word);
  const char *slash = strchr(word, '/');
  if (inet_pton(family, text_only, result.bytes) != 1) die(1, "%s: bad value", word);
  if (slash != NULL) result.length = atoi(slash + 1);
  if (result.length > (family == AF_INET ? 32 : 128)) die(1, "%s: bad value (width too large)", slash + 1);
  if (result.length < 0) result.length = result.bytes[0] < 128 ? 8 : result.bytes[0] < 192 ? 16 : 24;
  return result;
}

static void add_address(const struct wanted_address *address) {
  uint32_t number, broadcast;
  memcpy(&number, address->bytes, 4);
  broadcast = htonl(ntohl(number) | (address->length == 32 ? 0 : 0xffffffffU >> address->length));
  if (netlink_add_address(interface, address->family, address->bytes, address->length,
                          address->family == AF_INET ? &broadcast : NULL, NULL) != 0)
    ioctl_failed("SIOCAIFADDR");
  netlink_set_flags(interface, IFF_UP, IFF_UP);
}

static void remove_address(const struct wanted_address *address) {
  if (netlink_remove_number(interface, address->family, address->bytes) == 0) return;
  if (errno == EADDRNOTAVAIL) die(1, "ioctl (SIOCDIFADDR): Can't assign requested address");
  ioctl_failed("SIOCDIFADDR");
}

static int change_address(int family, int argc, char **argv) {
  struct wanted_address address = read_address(argv[0], family);
  bool removes = false;
  int at = 1;
  for (; at < argc; at++) {
    if (strcmp(argv[at], "alias") == 0 || strcmp(argv[at], "add") == 0) continue;
    if (strcmp(argv[at], "-alias") == 0 || strcmp(argv[at], "delete") == 0 || strcmp(argv[at], "remove") == 0) removes = true;
    else if (at + 1 < argc && strcmp(argv[at], "netmask") == 0) {
      if ((address.length = mask_length(argv[++at])) < 0) die(1, "%s: bad value", argv[at]);
    } else if (at + 1 < argc && strcmp(argv[at], "prefixlen") == 0) address.length = atoi(argv[++at]);
    else if (at + 1 < argc && strcmp(argv[at], "broadcast") == 0) at++;
    else break;
  }
  if (removes) remove_address(&address);
  else add_address(&address);
  return at;
}

static void set_link_address(const char *word) {
  unsigned bytes[6];
  unsigned char address[6];
  if (sscanf(word, "%x:%x:%x:%x:%x:%x", &bytes[0], &bytes[1], &bytes[2], &bytes[3], &bytes[4], &bytes[5]) != 6)
    die(1, "%s: bad value", word);
  for (int i = 0; i < 6; i++) address[i] = (unsigned char)bytes[i];
  if (netlink_set_link_address(interface, address) != 0) ioctl_failed("SIOCSIFLLADDR");
}

static void rename_to(const char *name) {
  const char *wanted = linux_name(name);
  if (strlen(wanted) > 15) die(1, "%s: name too long", name);
  if (link_index(wanted) != 0) {
    errno = EEXIST;
    ioctl_failed("SIOCSIFNAME");
  }
  unsigned up = 0;
  size_t count;
  struct link *links = read_links(&count);
  for (size_t i = 0; i < count; i++)
    if (links[i].index == interface) up = links[i].flags & IFF_UP;
  /* Older kernels rename only what is down. */
  if (netlink_set_name(interface, wanted) != 0) {
    netlink_set_flags(interface, 0, IFF_UP);
    if (netlink_set_name(interface, wanted) != 0) ioctl_failed("SIOCSIFNAME");
    netlink_set_flags(interface, up, IFF_UP);
  }
  printf("%s\n", name);
}

/* A card joins a bridge by its wire: a bridge's port does not hear its own address on Linux. */
static int member_index(const char *name) {
  int index = needed(name);
  char wire[64];
  snprintf(wire, sizeof wire, "%s.wire", linux_name(name));
  int other = link_index(wire);
  return other == 0 ? index : other;
}

static void change_member(const char *name, bool joins) {
  int member = member_index(name);
  size_t count;
  struct link *links = read_links(&count);
  for (size_t i = 0; i < count; i++)
    if (links[i].index == member) {
      if (joins && links[i].master == interface) die(1, "BRDGADD %s: File exists", name);
      if (joins && links[i].master != 0) die(1, "BRDGADD %s: Device busy", name);
      if (!joins && links[i].master != interface) die(1, "BRDGDEL %s: No such file or directory", name);
    }
  if (netlink_set_master(member, joins ? interface : 0) != 0) die(1, "BRDG%s %s: %s", joins ? "ADD" : "DEL", name, strerror(errno));
  if (joins) netlink_set_flags(member, IFF_UP, IFF_UP);
}

static void move_to_jail(const char *name) {
  size_t count;
  struct jail *jails = read_jails(&count);
  const struct jail *jail = find_jail(jails, count, name);
  int folder;
  if (jail == NULL || open_jail(jail, &folder) != 0) die(1, "jail \"%s\" not found", name);
  int network = openat(folder, "ns/net", O_RDONLY | O_CLOEXEC);
  if (network < 0 || netlink_move_to_network(interface, network) != 0) ioctl_failed("SIOCSIFVNET");
}

static void create_interface(const char *name) {
  char wanted[64], peer[64];
  if (strcmp(name, "epair") == 0) {
    int number = 0;
    do {
      snprintf(wanted, sizeof wanted, "epair%da", number);
      snprintf(peer, sizeof peer, "epair%db", number);
      number++;
    } while (link_index(wanted) != 0 || link_index(peer) != 0);
    if (netlink_add_pair(wanted, peer) != 0) ioctl_failed("SIOCIFCREATE2");
    printf("%s\n", wanted);
  } else if (starts_with(name, "epair")) {
    snprintf(wanted, sizeof wanted, "%.40sa", name);
    snprintf(peer, sizeof peer, "%.40sb", name);
    if (netlink_add_pair(wanted, peer) != 0) ioctl_failed("SIOCIFCREATE2");
    printf("%s\n", wanted);
  } else if (starts_with(name, "bridge")) {
    snprintf(wanted, sizeof wanted, "%.15s", name);
    bool any = strcmp(name, "bridge") == 0;
    for (int number = 0; any && (number == 0 || link_index(wanted) != 0); number++)
      snprintf(wanted, sizeof wanted, "bridge%d", number);
    if (netlink_add_bridge(wanted) != 0) ioctl_failed("SIOCIFCREATE2");
    if (any) printf("%s\n", wanted);
  } else die(1, "SIOCIFCREATE2 (%s): Invalid argument", name);
  snprintf(interface_name, sizeof interface_name, "%s", wanted);
  interface = link_index(wanted);
}

int change_interface(const char *name, int argc, char **argv) {
  int at = 0;
  snprintf(interface_name, sizeof interface_name, "%s", name);
  if (strcmp(argv[0], "create") == 0 || strcmp(argv[0], "plumb") == 0) {
    create_interface(name);
    at = 1;
  } else interface = needed(name);
  for (; at < argc; at++) {
    const char *word = argv[at];
    const char *value = at + 1 < argc ? argv[at + 1] : NULL;
    int family = strcmp(word, "inet6") == 0 ? AF_INET6 : strcmp(word, "inet") == 0 ? AF_INET : 0;
    unsigned char any[16];
    char plain[128];
    snprintf(plain, sizeof plain, "%.*s", (int)strcspn(word, "/"), word);
    if (family == 0 && (inet_pton(AF_INET, plain, any) == 1 || inet_pton(AF_INET6, plain, any) == 1)) {
      at += change_address(strchr(plain, ':') == NULL ? AF_INET : AF_INET6, argc - at, argv + at) - 1;
    } else if (family != 0 && value != NULL) {
      at += change_address(family, argc - at - 1, argv + at + 1);
    } else if (strcmp(word, "up") == 0 || strcmp(word, "down") == 0) {
      if (netlink_set_flags(interface, word[0] == 'u' ? IFF_UP : 0, IFF_UP) != 0) ioctl_failed("SIOCSIFFLAGS");
    } else if (strcmp(word, "destroy") == 0) {
      if (netlink_remove_link(interface) != 0) ioctl_failed("SIOCIFDESTROY");
      return 0;
    } else if (value == NULL) {
      die(1, "%s: bad value", word);
    } else {
      at++;
      if (strcmp(word, "mtu") == 0) {
        if (netlink_set_mtu(interface, (unsigned)atoi(value)) != 0) die(1, "ioctl (set mtu): %s", strerror(errno));
      } else if (strcmp(word, "name") == 0) rename_to(value);
      else if (strcmp(word, "description") == 0 || strcmp(word, "descr") == 0) {
        if (netlink_set_alias(interface, value) != 0) ioctl_failed("SIOCSIFDESCR");
      } else if (strcmp(word, "link") == 0 || strcmp(word, "ether") == 0 || strcmp(word, "lladdr") == 0) set_link_address(value);
      else if (strcmp(word, "addm") == 0) change_member(value, true);
      else if (strcmp(word, "deletem") == 0) change_member(value, false);
      else if (strcmp(word, "vnet") == 0) move_to_jail(value);
      else die(1, "%s: bad value", word);
    }
  }
  return 0;
}
