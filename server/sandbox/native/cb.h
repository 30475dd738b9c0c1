/*
 * cb: the sandbox host's one native helper. It makes and enters namespaces, and it is jexec, jls and ifconfig,
 * which are called too often to pay for the start of Node.
 */
#ifndef CB_H
#define CB_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* text.c */
extern char **whole_arguments; /* as main got them */
extern const char *program; /* what messages begin with */
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
void warn_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *text(const char *format, ...) __attribute__((format(printf, 1, 2))); /* allocated; dies without memory */
char *read_text(const char *path); /* whole file, allocated; NULL where it cannot be read */
int write_text(const char *path, const char *content);
int write_text_atomic(const char *path, const char *content);
int make_folders(const char *path, mode_t mode);
char *line_value(const char *content, const char *key); /* "key=value" lines */
void hide_arguments(const char *name); /* what ps shows of this process from now on */
void close_others(void); /* every file but the three streams */
bool starts_with(const char *whole, const char *start);

/* sandbox.c: which sandbox this is, and its host's first process */
struct host_handle {
  pid_t pid;
  unsigned long long start_time; /* field 22 of /proc/PID/stat, clock ticks */
  unsigned long net_inode;
};
const char *state_folder(void); /* NULL where this helper does not lie in a sandbox (a jail's ifconfig) */
char *state_path(const char *relative);
char *host_setting(const char *key);
bool inside_host(void);
bool host_is_alive(struct host_handle *handle);
void ensure_host(struct host_handle *handle); /* starts it where it is down; dies with one sentence */
unsigned long long start_time_of(const char *proc_folder); /* of a /proc/PID folder; 0 when gone or a zombie */
const char *proc_of_host(void); /* the sandbox host's /proc as seen from here */
int stop_host(void);

/* make-host.c */
pid_t make_host(void);

/* user-map.c */
int enter_user_namespace(void);
const char *probe_mode(void);
void give_whole_root(void);

/* enter.c */
int enter_host(void); /* 0, or -1 with errno; the pid namespace takes effect for children */
void use_host_environment(void);
int run_and_wait(int (*child)(void *), void *argument); /* exit code; ends itself by the child's signal */
int exec_command(void *argv);

/* capabilities.c */
struct jail_rights {
  bool raw_sockets;
  bool own_network;
};
void keep_jail_capabilities(struct jail_rights rights);

/* refuse-calls.c */
int refuse_calls(void); /* 0, or -1 with errno */

/* jails.c: what runs, as STATE/run/jails/JID tells */
struct parameter {
  char *name;
  char *value;
};
struct jail {
  int jid;
  pid_t pid; /* in the sandbox host's pid namespace */
  unsigned long long start_time;
  char *name;
  struct parameter *parameters;
  size_t parameter_count;
};
struct jail *read_jails(size_t *count); /* those that are alive, by JID */
const struct jail *find_jail(const struct jail *jails, size_t count, const char *name_or_jid);
const char *jail_parameter(const struct jail *jail, const char *name); /* NULL where it has none */
bool jail_flag(const struct jail *jail, const char *name);
void bury_jail_of(pid_t pid); /* takes away what a dead jail left: its file, its aliases */
int bury_dead_jails(void);

/* start-jail.c, stop-jail.c, enter-jail.c */
int start_jail_main(int argc, char **argv);
int stop_jail_main(int argc, char **argv);
int open_jail(const struct jail *jail, int *folder);
int join_jail(int folder, bool with_network);
int jexec_main(int argc, char **argv);
int in_network_main(int argc, char **argv);
int set_hostname_main(int argc, char **argv);

/* netlink.c */
struct link {
  int index;
  int master;
  int peer; /* index of the other end, 0 where there is none or it is elsewhere */
  bool peer_is_here;
  unsigned flags;
  unsigned mtu;
  unsigned char address[6];
  char name[16];
  char alias[256];
  char kind[16];
  unsigned char operational_state;
};
struct address {
  int index;
  int family;
  int prefix_length;
  unsigned char scope;
  unsigned char bytes[16];
  unsigned char broadcast[4];
  char label[16];
};
struct link *read_links(size_t *count);
struct address *read_addresses(size_t *count);
int netlink_add_address(int index, int family, const void *bytes, int prefix_length, const void *broadcast,
                        const char *label);
int netlink_remove_number(int index, int family, const void *bytes); /* whatever its mask; EADDRNOTAVAIL */
int netlink_set_flags(int index, unsigned flags, unsigned mask);
int netlink_set_mtu(int index, unsigned mtu);
int netlink_set_name(int index, const char *name);
int netlink_set_alias(int index, const char *alias);
int netlink_set_link_address(int index, const unsigned char *address);
int netlink_set_master(int index, int master);
int netlink_move_to_network(int index, int network); /* an open ns/net */
int netlink_add_bridge(const char *name);
int netlink_add_pair(const char *name, const char *peer);
int netlink_remove_link(int index);
int link_index(const char *name); /* 0 where there is none */

/* jls.c, ifconfig.c, ping.c */
int jls_main(int argc, char **argv);
int ifconfig_main(int argc, char **argv);
int change_interface(const char *name, int argc, char **argv);
int route_main(int argc, char **argv);
int ping_main(int argc, char **argv);
const char *linux_name(const char *freebsd_name);
const char *freebsd_name(const char *linux_name);
bool is_hidden(const char *linux_name);

#endif
