#include "cb.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
  struct nlmsghdr header;
  union {
    struct ifinfomsg link;
    struct ifaddrmsg address;
  };
  char room[2048];
};

static void add(struct request *request, unsigned short type, const void *data, size_t size) {
  struct rtattr *attribute = (struct rtattr *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));
  attribute->rta_type = type;
  attribute->rta_len = (unsigned short)RTA_LENGTH(size);
  if (size > 0) memcpy(RTA_DATA(attribute), data, size);
  request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
}

static void add_text(struct request *request, unsigned short type, const char *value) {
  add(request, type, value, strlen(value) + 1);
}

static struct rtattr *open_nest(struct request *request, unsigned short type) {
  struct rtattr *nest = (struct rtattr *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));
  add(request, type, NULL, 0);
  return nest;
}

static void close_nest(struct request *request, struct rtattr *nest) {
  nest->rta_len = (unsigned short)((char *)request + request->header.nlmsg_len - (char *)nest);
}

static struct request begin(unsigned short type, unsigned short flags, size_t body) {
  struct request request;
  memset(&request, 0, sizeof request);
  request.header.nlmsg_len = (unsigned)NLMSG_LENGTH(body);
  request.header.nlmsg_type = type;
  request.header.nlmsg_flags = (unsigned short)(NLM_F_REQUEST | flags);
  return request;
}

static int open_netlink(void) {
  int handle = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (handle < 0) die(1, "netlink: %s", strerror(errno));
  return handle;
}

/* Sends one change and waits for the kernel's word on it: 0, or -1 with errno. */
static int change(struct request *request) {
  int handle = open_netlink();
  request->header.nlmsg_flags |= NLM_F_ACK;
  char answer[8192];
  int code = EIO;
  if (send(handle, request, request->header.nlmsg_len, 0) >= 0) {
    ssize_t size = recv(handle, answer, sizeof answer, 0);
    const struct nlmsghdr *header = (const struct nlmsghdr *)answer;
    if (size > 0 && header->nlmsg_type == NLMSG_ERROR) code = -((const struct nlmsgerr *)NLMSG_DATA(header))->error;
  } else code = errno;
  close(handle);
  errno = code;
  return code == 0 ? 0 : -1;
}

static void dump(struct request request, void (*each)(const struct nlmsghdr *, void *), void *argument) {
  int handle = open_netlink();
  request.header.nlmsg_flags |= NLM_F_DUMP;
  if (send(handle, &request, request.header.nlmsg_len, 0) < 0) die(1, "netlink: %s", strerror(errno));
  static char answer[65536];
  for (;;) {
    ssize_t size = recv(handle, answer, sizeof answer, 0);
    if (size < 0) die(1, "netlink: %s", strerror(errno));
    int left = (int)size;
    for (const struct nlmsghdr *header = (const struct nlmsghdr *)answer; NLMSG_OK(header, (unsigned)left);
         header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) {
        close(handle);
        return;
      }
      each(header, argument);
    }
  }
}

struct list {
  void *items;
  size_t count;
};

static void *grow(struct list *list, size_t size) {
  list->items = realloc(list->items, (list->count + 1) * size);
  if (list->items == NULL) die(71, "out of memory");
  void *item = (char *)list->items + list->count++ * size;
  memset(item, 0, size);
  return item;
}

static void read_kind(struct link *link, const struct rtattr *nest) {
  int left = (int)RTA_PAYLOAD(nest);
  for (const struct rtattr *at = RTA_DATA(nest); RTA_OK(at, left); at = RTA_NEXT(at, left))
    if (at->rta_type == IFLA_INFO_KIND) snprintf(link->kind, sizeof link->kind, "%s", (const char *)RTA_DATA(at));
}

static void take_link(const struct nlmsghdr *header, void *argument) {
  if (header->nlmsg_type != RTM_NEWLINK) return;
  const struct ifinfomsg *info = NLMSG_DATA(header);
  struct link *link = grow(argument, sizeof *link);
  link->index = info->ifi_index;
  link->flags = info->ifi_flags;
  link->peer_is_here = true;
  int left = (int)IFLA_PAYLOAD(header);
  for (const struct rtattr *at = IFLA_RTA(info); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    const void *data = RTA_DATA(at);
    switch (at->rta_type) {
    case IFLA_IFNAME: snprintf(link->name, sizeof link->name, "%s", (const char *)data); break;
    case IFLA_IFALIAS: snprintf(link->alias, sizeof link->alias, "%s", (const char *)data); break;
    case IFLA_MTU: memcpy(&link->mtu, data, 4); break;
    case IFLA_MASTER: memcpy(&link->master, data, 4); break;
    case IFLA_LINK: memcpy(&link->peer, data, 4); break;
    case IFLA_LINK_NETNSID: link->peer_is_here = false; break;
    case IFLA_OPERSTATE: link->operational_state = *(const unsigned char *)data; break;
    case IFLA_LINKINFO: read_kind(link, at); break;
    case IFLA_ADDRESS:
      if (RTA_PAYLOAD(at) == 6) memcpy(link->address, data, 6);
      break;
    default: break;
    }
  }
}

struct link *read_links(size_t *count) {
  struct list list = {NULL, 0};
  struct request request = begin(RTM_GETLINK, 0, sizeof(struct ifinfomsg));
  dump(request, take_link, &list);
  *count = list.count;
  return list.items;
}

static void take_address(const struct nlmsghdr *header, void *argument) {
  if (header->nlmsg_type != RTM_NEWADDR) return;
  const struct ifaddrmsg *info = NLMSG_DATA(header);
  struct address *address = grow(argument, sizeof *address);
  address->index = (int)info->ifa_index;
  address->family = info->ifa_family;
  address->prefix_length = info->ifa_prefixlen;
  address->scope = info->ifa_scope;
  int left = (int)IFA_PAYLOAD(header);
  bool local = false;
  for (const struct rtattr *at = IFA_RTA(info); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    size_t size = RTA_PAYLOAD(at) > 16 ? 16 : RTA_PAYLOAD(at);
    if (at->rta_type == IFA_LOCAL || (at->rta_type == IFA_ADDRESS && !local)) memcpy(address->bytes, RTA_DATA(at), size);
    if (at->rta_type == IFA_LOCAL) local = true;
    if (at->rta_type == IFA_BROADCAST) memcpy(address->broadcast, RTA_DATA(at), 4);
    if (at->rta_type == IFA_LABEL) snprintf(address->label, sizeof address->label, "%s", (const char *)RTA_DATA(at));
  }
}

struct address *read_addresses(size_t *count) {
  struct list list = {NULL, 0};
  struct request request = begin(RTM_GETADDR, 0, sizeof(struct ifaddrmsg));
  dump(request, take_address, &list);
  *count = list.count;
  return list.items;
}

static struct request address_request(unsigned short type, unsigned short flags, int index, int family, const void *bytes,
                                      int prefix_length) {
  struct request request = begin(type, flags, sizeof(struct ifaddrmsg));
  request.address.ifa_family = (unsigned char)family;
  request.address.ifa_index = (unsigned)index;
  request.address.ifa_prefixlen = (unsigned char)prefix_length;
  add(&request, IFA_LOCAL, bytes, family == AF_INET ? 4 : 16);
  add(&request, IFA_ADDRESS, bytes, family == AF_INET ? 4 : 16);
  return request;
}

int netlink_add_address(int index, int family, const void *bytes, int prefix_length, const void *broadcast,
                        const char *label) {
  struct request request =
      address_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, index, family, bytes, prefix_length);
  if (broadcast != NULL) add(&request, IFA_BROADCAST, broadcast, 4);
  if (label != NULL) add_text(&request, IFA_LABEL, label);
  return change(&request);
}

/* By its number alone: a jail's alias has another mask underneath than it shows. */
int netlink_remove_number(int index, int family, const void *bytes) {
  size_t count;
  struct address *addresses = read_addresses(&count);
  int result = -1;
  errno = EADDRNOTAVAIL;
  for (size_t i = 0; i < count; i++)
    if (addresses[i].index == index && addresses[i].family == family &&
        memcmp(addresses[i].bytes, bytes, family == AF_INET ? 4 : 16) == 0) {
      struct request request = address_request(RTM_DELADDR, 0, index, family, bytes, addresses[i].prefix_length);
      result = change(&request);
      break;
    }
  free(addresses);
  return result;
}

static struct request link_request(unsigned short type, unsigned short flags, int index) {
  struct request request = begin(type, flags, sizeof(struct ifinfomsg));
  request.link.ifi_index = index;
  return request;
}

int netlink_set_flags(int index, unsigned flags, unsigned mask) {
  struct request request = link_request(RTM_NEWLINK, 0, index);
  request.link.ifi_flags = flags;
  request.link.ifi_change = mask;
  return change(&request);
}

int netlink_set_mtu(int index, unsigned mtu) {
  struct request request = link_request(RTM_NEWLINK, 0, index);
  add(&request, IFLA_MTU, &mtu, sizeof mtu);
  return change(&request);
}

int netlink_set_name(int index, const char *name) {
  struct request request = link_request(RTM_NEWLINK, 0, index);
  add_text(&request, IFLA_IFNAME, name);
  return change(&request);
}

int netlink_set_alias(int index, const char *alias) {
  struct request request = link_request(RTM_NEWLINK, 0, index);
  add(&request, IFLA_IFALIAS, alias, strlen(alias));
  return change(&request);
}

int netlink_set_link_address(int index, const unsigned char *address) {
  struct request request = link_request(RTM_NEWLINK, 0, index);
  add(&request, IFLA_ADDRESS, address, 6);
  return change(&request);
}

int netlink_set_master(int index, int master) {
  struct request request = link_request(RTM_NEWLINK, 0, index);
  add(&request, IFLA_MASTER, &master, sizeof master);
  return change(&request);
}

int netlink_move_to_network(int index, int network) {
  struct request request = link_request(RTM_NEWLINK, 0, index);
  add(&request, IFLA_NET_NS_FD, &network, sizeof network);
  return change(&request);
}

int netlink_add_bridge(const char *name) {
  struct request request = link_request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
  add_text(&request, IFLA_IFNAME, name);
  /* FreeBSD's own prefix. Without an address of its own a bridge takes its members', and has none without them. */
  unsigned char address[6] = {0x58, 0x9c, 0xfc};
  if (getrandom(address + 3, 3, 0) == 3) add(&request, IFLA_ADDRESS, address, sizeof address);
  struct rtattr *info = open_nest(&request, IFLA_LINKINFO);
  add_text(&request, IFLA_INFO_KIND, "bridge");
  struct rtattr *data = open_nest(&request, IFLA_INFO_DATA);
  unsigned none = 0; /* or a new member would be silent for seconds */
  add(&request, IFLA_BR_FORWARD_DELAY, &none, sizeof none);
  close_nest(&request, data);
  close_nest(&request, info);
  return change(&request);
}

int netlink_add_pair(const char *name, const char *peer) {
  struct request request = link_request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
  add_text(&request, IFLA_IFNAME, name);
  struct rtattr *info = open_nest(&request, IFLA_LINKINFO);
  add_text(&request, IFLA_INFO_KIND, "veth");
  struct rtattr *data = open_nest(&request, IFLA_INFO_DATA);
  struct rtattr *other = open_nest(&request, VETH_INFO_PEER);
  request.header.nlmsg_len += sizeof(struct ifinfomsg);
  add_text(&request, IFLA_IFNAME, peer);
  close_nest(&request, other);
  close_nest(&request, data);
  close_nest(&request, info);
  return change(&request);
}

int netlink_remove_link(int index) {
  struct request request = link_request(RTM_DELLINK, 0, index);
  return change(&request);
}

int link_index(const char *name) { return (int)if_nametoindex(name); }
