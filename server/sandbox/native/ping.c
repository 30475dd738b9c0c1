#include "cb.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DATA 56

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

static uint16_t checksum(const void *data, size_t size) {
  uint32_t sum = 0;
  const uint16_t *words = data;
  for (size_t i = 0; i < size / 2; i++) sum += words[i];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

/* Waits for the answer to `sequence`; its round trip in milliseconds, or -1. */
static double await_answer(int handle, uint16_t sequence, double sent, double patience, const char *address) {
  unsigned char packet[2048];
  for (;;) {
    double left = sent + patience - now_ms();
    if (left <= 0 || poll(&(struct pollfd){.fd = handle, .events = POLLIN}, 1, (int)left + 1) <= 0) return -1;
    ssize_t size = recv(handle, packet, sizeof packet, 0);
    if (size < 28) continue;
    const struct ip *ip = (const struct ip *)packet;
    const struct icmphdr *icmp = (const struct icmphdr *)(packet + ip->ip_hl * 4);
    if (icmp->type != ICMP_ECHOREPLY || icmp->un.echo.id != (uint16_t)getpid() || ntohs(icmp->un.echo.sequence) != sequence) continue;
    double took = now_ms() - sent;
    printf("%zd bytes from %s: icmp_seq=%d ttl=%d time=%.3f ms\n", size - ip->ip_hl * 4, address, sequence, ip->ip_ttl, took);
    return took;
  }
}

/* ping [-c COUNT] [-t SECONDS] [-W MS] ADDRESS, for machines that have none. */
int ping_main(int argc, char **argv) {
  long count = -1, seconds = -1;
  double patience = 1000;
  bool quiet = false;
  for (int letter; (letter = getopt(argc, argv, "+c:t:W:n4qi:")) != -1;) switch (letter) {
    case 'c': count = atol(optarg); break;
    case 't': seconds = atol(optarg); break;
    case 'W': patience = atof(optarg); break;
    case 'q': quiet = true; break;
    case 'n':
    case '4':
    case 'i': break;
    default: return 64;
    }
  (void)quiet;
  struct sockaddr_in target = {.sin_family = AF_INET};
  if (optind >= argc) die(64, "usage: ping [-c count] [-t timeout] host");
  if (inet_pton(AF_INET, argv[optind], &target.sin_addr) != 1) die(68, "cannot resolve %s: Unknown host", argv[optind]);
  if (state_folder() != NULL && enter_host() != 0) die(1, "the sandbox host cannot be entered: %s", strerror(errno));
  int handle = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
  if (handle < 0) die(71, "ssend socket: %s", strerror(errno));
  printf("PING %s (%s): %d data bytes\n", argv[optind], argv[optind], DATA);
  long sent = 0, received = 0;
  double began = now_ms();
  while ((count < 0 || sent < count) && (seconds < 0 || now_ms() - began < (double)seconds * 1000)) {
    struct {
      struct icmphdr header;
      unsigned char data[DATA];
    } packet = {.header = {.type = ICMP_ECHO}};
    packet.header.un.echo.id = (uint16_t)getpid();
    packet.header.un.echo.sequence = htons((uint16_t)sent);
    packet.header.checksum = checksum(&packet, sizeof packet);
    double start = now_ms();
    if (sendto(handle, &packet, sizeof packet, 0, (struct sockaddr *)&target, sizeof target) < 0)
      dprintf(2, "ping: sendto: %s\n", strerror(errno));
    if (await_answer(handle, (uint16_t)sent, start, patience, argv[optind]) >= 0) received++;
    fflush(stdout);
    sent++;
    double rest = start + 1000 - now_ms();
    if ((count < 0 || sent < count) && rest > 0)
      nanosleep(&(struct timespec){.tv_sec = (time_t)(rest / 1000), .tv_nsec = (long)(rest * 1e6) % 1000000000L}, NULL);
  }
  printf("\n--- %s ping statistics ---\n%ld packets transmitted, %ld packets received, %.1f%% packet loss\n", argv[optind], sent,
         received, sent == 0 ? 0.0 : 100.0 * (double)(sent - received) / (double)sent);
  return received > 0 ? 0 : 2;
}
