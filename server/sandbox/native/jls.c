#include "cb.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum kind { NUMBER, WORD, FLAG, ADDRESSES };

/* What FreeBSD's jails have, in jls's order: names without a dot first. */
static const struct known {
  const char *name;
  enum kind kind;
  const char *value; /* where the jail was made without it */
} known[] = {
    {"devfs_ruleset", NUMBER, "0"},
    {"dying", FLAG, "0"},
    {"enforce_statfs", NUMBER, "2"},
    {"host", WORD, "new"},
    {"ip4", WORD, "inherit"},
    {"ip6", WORD, "disable"},
    {"jid", NUMBER, "0"},
    {"name", WORD, ""},
    {"osreldate", NUMBER, "0"},
    {"osrelease", WORD, ""},
    {"parent", NUMBER, "0"},
    {"path", WORD, "/"},
    {"persist", FLAG, "0"},
    {"securelevel", NUMBER, "-1"},
    {"sysvmsg", WORD, "disable"},
    {"sysvsem", WORD, "disable"},
    {"sysvshm", WORD, "disable"},
    {"vnet", WORD, "inherit"},
    {"allow.chflags", FLAG, "0"},
    {"allow.mlock", FLAG, "0"},
    {"allow.mount", FLAG, "0"},
    {"allow.mount.devfs", FLAG, "0"},
    {"allow.mount.fdescfs", FLAG, "0"},
    {"allow.mount.fusefs", FLAG, "0"},
    {"allow.mount.linprocfs", FLAG, "0"},
    {"allow.mount.linsysfs", FLAG, "0"},
    {"allow.mount.nullfs", FLAG, "0"},
    {"allow.mount.procfs", FLAG, "0"},
    {"allow.mount.tmpfs", FLAG, "0"},
    {"allow.mount.zfs", FLAG, "0"},
    {"allow.nfsd", FLAG, "0"},
    {"allow.quotas", FLAG, "0"},
    {"allow.raw_sockets", FLAG, "0"},
    {"allow.read_msgbuf", FLAG, "0"},
    {"allow.reserved_ports", FLAG, "1"},
    {"allow.set_hostname", FLAG, "1"},
    {"allow.socket_af", FLAG, "0"},
    {"allow.suser", FLAG, "1"},
    {"allow.sysvipc", FLAG, "0"},
    {"allow.unprivileged_proc_debug", FLAG, "1"},
    {"allow.vmm", FLAG, "0"},
    {"children.cur", NUMBER, "0"},
    {"children.max", NUMBER, "0"},
    {"cpuset.id", NUMBER, "0"},
    {"host.domainname", WORD, ""},
    {"host.hostid", NUMBER, "0"},
    {"host.hostname", WORD, ""},
    {"host.hostuuid", WORD, "00000000-0000-0000-0000-000000000000"},
    {"ip4.addr", ADDRESSES, ""},
    {"ip4.saddrsel", FLAG, "1"},
    {"ip6.addr", ADDRESSES, ""},
    {"ip6.saddrsel", FLAG, "1"},
};
#define KNOWN_COUNT (sizeof known / sizeof *known)

static struct {
  bool header, names, quoted, verbose, by_default, jail_names, settable, json;
} how;

static const struct known *find_known(const char *name) {
  for (size_t i = 0; i < KNOWN_COUNT; i++)
    if (strcmp(known[i].name, name) == 0) return &known[i];
  return NULL;
}

static const char *value_of(const struct jail *jail, const struct known *parameter) {
  const char *value = jail_parameter(jail, parameter->name);
  if (parameter->kind != FLAG) return value == NULL ? parameter->value : value;
  bool on = value == NULL ? strcmp(parameter->value, "1") == 0 : jail_flag(jail, parameter->name);
  return on ? "true" : "false";
}

static const char *named(const struct jail *jail, const char *name) { return value_of(jail, find_known(name)); }

static void print_json_string(const char *value) {
  putchar('"');
  for (const unsigned char *at = (const unsigned char *)value; *at != '\0'; at++) {
    if (*at == '"' || *at == '\\') printf("\\%c", *at);
    else if (*at == '\n') fputs("\\n", stdout);
    else if (*at == '\t') fputs("\\t", stdout);
    else if (*at == '\r') fputs("\\r", stdout);
    else if (*at < ' ') printf("\\u%04x", *at);
    else putchar(*at);
  }
  putchar('"');
}

static void print_json_list(const char *name, const char *addresses) {
  printf(", \"%s\": [", name);
  for (const char *at = addresses; *at != '\0';) {
    size_t length = strcspn(at, ",");
    printf("%s\"%.*s\"", at == addresses ? "" : ", ", (int)length, at);
    at += length + (at[length] == ',');
  }
  putchar(']');
}

static void print_json_field(const char *name, const char *value, bool plain, bool first) {
  printf("%s\"%s\":", first ? "" : ",", name);
  if (plain) fputs(value, stdout);
  else print_json_string(value);
}

static void print_first_address(const char *addresses) { printf("%-15.*s", (int)strcspn(addresses, ",") > 15 ? 15 : (int)strcspn(addresses, ","), addresses); }

static void print_default(const struct jail *jail) {
  const char *addresses = named(jail, "ip4.addr");
  if (how.json) {
    if (how.jail_names) print_json_field("name", jail->name, false, true);
    else print_json_field("jid", named(jail, "jid"), true, true);
    char first[64];
    snprintf(first, sizeof first, "%.*s", (int)strcspn(addresses, ","), addresses);
    print_json_field("ipv4", first, false, false);
    print_json_field("hostname", named(jail, "host.hostname"), false, false);
    print_json_field("path", named(jail, "path"), false, false);
    return;
  }
  if (how.jail_names) printf(" %-15s ", jail->name);
  else printf("%6d  ", jail->jid);
  print_first_address(addresses);
  printf(" %-29.29s %.74s\n", named(jail, "host.hostname"), named(jail, "path"));
}

static void print_address_lines(const char *addresses) {
  for (const char *at = addresses; *at != '\0';) {
    size_t length = strcspn(at, ",");
    printf("        %.*s\n", (int)length, at);
    at += length + (at[length] == ',');
  }
}

static void print_verbose(const struct jail *jail) {
  if (how.json) {
    print_json_field("jid", named(jail, "jid"), true, true);
    print_json_field("hostname", named(jail, "host.hostname"), false, false);
    print_json_field("path", named(jail, "path"), false, false);
    print_json_field("name", jail->name, false, false);
    print_json_field("state", "ACTIVE", false, false);
    print_json_field("cpusetid", named(jail, "cpuset.id"), true, false);
    print_json_list("ipv4_addrs", named(jail, "ip4.addr"));
    print_json_list("ipv6_addrs", named(jail, "ip6.addr"));
    return;
  }
  printf("%6d  %-29.29s %.74s\n", jail->jid, named(jail, "host.hostname"), named(jail, "path"));
  printf("        %-29.29s %.74s\n", jail->name, "ACTIVE");
  printf("        %s\n", named(jail, "cpuset.id"));
  print_address_lines(named(jail, "ip4.addr"));
  print_address_lines(named(jail, "ip6.addr"));
}

/* "allow.mount" that is off is called "allow.nomount". */
static void print_flag(const struct known *parameter, bool on, bool first) {
  if (how.json) {
    print_json_field(parameter->name, on ? "true" : "false", true, first);
    return;
  }
  const char *dot = strrchr(parameter->name, '.');
  if (on) fputs(parameter->name, stdout);
  else if (dot == NULL) printf("no%s", parameter->name);
  else printf("%.*s.no%s", (int)(dot - parameter->name), parameter->name, dot + 1);
}

static void print_value(const char *value, enum kind kind) {
  if (*value == '\0') {
    if (how.quoted || kind != ADDRESSES) fputs("\"\"", stdout);
    else if (!how.names) putchar('-');
    return;
  }
  const char *quote = !how.quoted            ? ""
                      : strchr(value, '\'')  ? "\""
                      : strchr(value, '"')   ? "'"
                      : strpbrk(value, " \t") ? "\""
                                             : "";
  printf("%s%s%s", quote, value, quote);
}

static bool is_skipped(const struct jail *jail, const struct known *parameter) {
  static const char *read_only[] = {"dying", "parent", "children.cur", "cpuset.id"};
  if (!how.settable) return false;
  for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++)
    if (strcmp(read_only[i], parameter->name) == 0) return true;
  if (starts_with(parameter->name, "ip4.")) return strcmp(named(jail, "ip4"), "new") != 0;
  if (starts_with(parameter->name, "ip6.")) return strcmp(named(jail, "ip6"), "new") != 0;
  return false;
}

static void print_parameters(const struct jail *jail, const struct known **wanted, size_t count) {
  bool first = true;
  for (size_t i = 0; i < count; i++) {
    if (is_skipped(jail, wanted[i])) continue;
    const char *value = value_of(jail, wanted[i]);
    if (how.json && wanted[i]->kind == ADDRESSES) {
      print_json_list(wanted[i]->name, value);
      first = false;
      continue;
    }
    if (!first && !how.json) putchar(' ');
    if (how.names && wanted[i]->kind == FLAG) print_flag(wanted[i], strcmp(value, "true") == 0, first);
    else if (how.json) print_json_field(wanted[i]->name, value, false, first);
    else {
      if (how.names) printf("%s=", wanted[i]->name);
      print_value(value, wanted[i]->kind);
    }
    first = false;
  }
  if (!how.json) putchar('\n');
}

static void print_header(const struct known **wanted, size_t count) {
  if (how.json) return;
  if (how.verbose) {
    printf("   JID  Hostname%22sPath\n        Name%26sState\n        CPUSetID\n        IP Address(es)\n", "", "");
  } else if (how.by_default) {
    if (how.jail_names) printf(" %-15s %-15s %-29s %s\n", "JID", "IP Address", "Hostname", "Path");
    else printf("   JID  IP Address      Hostname%22sPath\n", "");
  } else if (how.header) {
    for (size_t i = 0; i < count; i++) printf("%s%s", i == 0 ? "" : " ", wanted[i]->name);
    putchar('\n');
  }
}

/* Takes libxo's own options out, as every program with it does. */
static int take_output_style(int argc, char **argv) {
  int kept = 1;
  for (int i = 1; i < argc; i++) {
    if (starts_with(argv[i], "--libxo")) {
      const char *style = argv[i] + 7;
      if (*style == '\0' && i + 1 < argc) style = argv[++i];
      else if (*style == '=' || *style == ':') style++;
      how.json = starts_with(style, "json") || strchr(style, 'J') != NULL;
    } else argv[kept++] = argv[i];
  }
  argv[kept] = NULL;
  return kept;
}

int jls_main(int argc, char **argv) {
  const char *only = NULL;
  argc = take_output_style(argc, argv);
  opterr = 0;
  for (int letter; (letter = getopt(argc, argv, "+adj:hNnqsv")) != -1;) switch (letter) {
    case 'a':
    case 'd': break; /* jails here do not linger while they die */
    case 'j': only = optarg; break;
    case 'h': how.header = true, how.settable = how.verbose = false; break;
    case 'N': how.jail_names = true; break;
    case 'n': how.names = true, how.verbose = false; break;
    case 'q': how.quoted = true; break;
    case 's': how.names = how.quoted = how.settable = true, how.header = how.verbose = false; break;
    case 'v': how.verbose = true, how.header = how.names = how.settable = false; break;
    default: die(1, "usage: jls [-dhNnqv] [-j jail] [param ...]");
    }
  const struct known *wanted[KNOWN_COUNT * 2 + 256];
  size_t count = 0;
  if (optind < argc) how.verbose = false;
  else if (how.header || how.names)
    for (; count < KNOWN_COUNT; count++) wanted[count] = &known[count];
  else how.by_default = !how.verbose;
  for (int i = optind; i < argc && count < KNOWN_COUNT + 256; i++) {
    if (strcmp(argv[i], "all") == 0) {
      for (size_t j = 0; j < KNOWN_COUNT && count < KNOWN_COUNT + 256; j++) wanted[count++] = &known[j];
      continue;
    }
    if ((wanted[count++] = find_known(argv[i])) == NULL) die(1, "unknown parameter: %s", argv[i]);
  }
  struct host_handle handle;
  if (!inside_host()) ensure_host(&handle);
  size_t jail_count;
  struct jail *jails = read_jails(&jail_count);
  const struct jail *single = only == NULL ? NULL : find_jail(jails, jail_count, only);
  print_header(wanted, count);
  if (only != NULL && single == NULL) die(1, "jail \"%s\" not found", only);
  if (how.json) fputs("{\"__version\": \"2\", \"jail-information\": {\"jail\": [", stdout);
  bool first = true;
  for (size_t i = 0; i < jail_count; i++) {
    if (single != NULL && &jails[i] != single) continue;
    if (how.json) fputs(first ? "{" : ", {", stdout);
    if (how.verbose) print_verbose(&jails[i]);
    else if (how.by_default) print_default(&jails[i]);
    else print_parameters(&jails[i], wanted, count);
    if (how.json) putchar('}');
    first = false;
  }
  if (how.json) fputs("]}}\n", stdout);
  return 0;
}
