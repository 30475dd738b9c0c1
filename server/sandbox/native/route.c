#include "cb.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/route.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* route [-6] add|delete default GATEWAY: what iocage gives a vnet jail. */
int route_main(int argc, char **argv) {
  int family = AF_INET, at = 1;
  for (; at < argc && argv[at][0] == '-'; at++)
    if (strcmp(argv[at], "-6") == 0 || strcmp(argv[at], "-inet6") == 0) family = AF_INET6;
  if (at + 1 >= argc || strcmp(argv[at + 1], "default") != 0 || (strcmp(argv[at], "add") != 0 && strcmp(argv[at], "delete") != 0)) {
    dprintf(2, "usage: route [-6] add|delete default gateway\n");
    return 64;
  }
  if (state_folder() != NULL && enter_host() != 0) die(1, "the sandbox host cannot be entered: %s", strerror(errno));
  bool adds = strcmp(argv[at], "add") == 0;
  const char *gateway = at + 2 < argc ? argv[at + 2] : "";
  int handle = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0), result;
  if (family == AF_INET) {
    struct sockaddr_in any = {.sin_family = AF_INET}, router = {.sin_family = AF_INET};
    if (adds && inet_pton(AF_INET, gateway, &router.sin_addr) != 1) die(68, "bad address: %s", gateway);
    struct rtentry entry = {.rt_flags = RTF_UP | RTF_GATEWAY};
    memcpy(&entry.rt_dst, &any, sizeof any);
    memcpy(&entry.rt_genmask, &any, sizeof any);
    memcpy(&entry.rt_gateway, &router, sizeof router);
    result = ioctl(handle, adds ? SIOCADDRT : SIOCDELRT, &entry);
  } else {
    struct in6_rtmsg entry = {.rtmsg_flags = RTF_UP | RTF_GATEWAY, .rtmsg_metric = 1};
    if (adds && inet_pton(AF_INET6, gateway, &entry.rtmsg_gateway) != 1) die(68, "bad address: %s", gateway);
    result = ioctl(handle, adds ? SIOCADDRT : SIOCDELRT, &entry);
  }
  if (result != 0) {
    printf("%s net default: gateway %s fib 0: %s\n", argv[at], gateway, strerror(errno));
    return 1;
  }
  printf("%s net default%s%s\n", argv[at], adds ? ": gateway " : "", gateway);
  return 0;
}
