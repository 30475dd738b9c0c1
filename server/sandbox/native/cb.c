#include "cb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct command {
  const char *name;
  int (*main)(int argc, char **argv);
};

int as_root_main(int argc, char **argv);

static int run_in_host(char **argv) {
  if (argv[0] == NULL) die(64, "no command given");
  if (enter_host() != 0) die(1, "the sandbox host cannot be entered: %s", strerror(errno));
  use_host_environment();
  return run_and_wait(exec_command, argv);
}

/* run -- COMMAND ARGUMENT…: on the host. */
static int run_main(int argc, char **argv) {
  int at = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;
  program = "sandbox";
  return run_in_host(argv + at);
}

/* node NAME ARGUMENT…: one of the bundled commands, inside the host. */
static int node_main(int argc, char **argv) {
  char **words = calloc((size_t)argc + 3, sizeof *words);
  if (words == NULL || argc < 2) die(64, "no command given");
  words[0] = host_setting("node");
  words[1] = state_path("lib/commands.mjs");
  for (int i = 1; i < argc; i++) words[i + 1] = argv[i];
  program = argv[1];
  return run_in_host(words);
}

static int probe_main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  puts(probe_mode());
  return 0;
}

static int stop_host_main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  return stop_host();
}

static int start_host_main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  struct host_handle handle;
  ensure_host(&handle);
  return 0;
}

static int alive_main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  struct host_handle handle;
  if (!host_is_alive(&handle)) return 1;
  printf("%d\n", (int)handle.pid);
  return 0;
}

static int bury_main(int argc, char **argv) {
  (void)argc;
  (void)argv;
  return bury_dead_jails();
}

static const struct command commands[] = {
    {"run", run_main},
    {"node", node_main},
    {"as-root", as_root_main},
    {"probe", probe_main},
    {"start-host", start_host_main},
    {"stop-host", stop_host_main},
    {"host-pid", alive_main},
    {"bury", bury_main},
    {"start-jail", start_jail_main},
    {"stop-jail", stop_jail_main},
    {"in-network", in_network_main},
    {"set-hostname", set_hostname_main},
    {"jexec", jexec_main},
    {"jls", jls_main},
    {"ifconfig", ifconfig_main},
    {"route", route_main},
    {"ping", ping_main},
};

int main(int argc, char **argv) {
  whole_arguments = argv;
  const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
  const char *own = argc < 1 ? "cb" : slash == NULL ? argv[0] : slash + 1;
  /* By its own name (a link called jls), else by its first argument. */
  for (int shift = 0; shift < 2 && shift < argc; shift++) {
    const char *name = shift == 0 ? own : argv[1];
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
      if (strcmp(commands[i].name, name) == 0) {
        program = commands[i].name;
        fflush(stdout);
        int status = commands[i].main(argc - shift, argv + shift);
        return fflush(stdout) == 0 ? status : 1;
      }
  }
  die(64, "unknown command; this is a part of the sandbox's commands");
}
