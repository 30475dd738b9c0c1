#include "cb.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/* Names and values are written with %XX for what would end a word or a line. */
static char *decoded(const char *word, size_t length) {
  char *result = malloc(length + 1), *to = result;
  if (result == NULL) die(71, "out of memory");
  for (size_t i = 0; i < length; i++) {
    if (word[i] == '%' && i + 2 < length && hex_digit(word[i + 1]) >= 0 && hex_digit(word[i + 2]) >= 0) {
      *to++ = (char)(hex_digit(word[i + 1]) * 16 + hex_digit(word[i + 2]));
      i += 2;
    } else *to++ = word[i];
  }
  *to = '\0';
  return result;
}

static void add_parameter(struct jail *jail, const char *words) {
  const char *blank = strchr(words, ' ');
  size_t name_length = blank == NULL ? strlen(words) : (size_t)(blank - words);
  const char *value = blank == NULL ? "" : blank + 1;
  jail->parameters = realloc(jail->parameters, (jail->parameter_count + 1) * sizeof *jail->parameters);
  if (jail->parameters == NULL) die(71, "out of memory");
  struct parameter *parameter = &jail->parameters[jail->parameter_count++];
  parameter->name = decoded(words, name_length);
  parameter->value = decoded(value, strlen(value));
}

static bool read_jail(const char *path, struct jail *jail) {
  char *content = read_text(path);
  if (content == NULL) return false;
  memset(jail, 0, sizeof *jail);
  for (char *rest = content, *line; (line = strsep(&rest, "\n")) != NULL;) {
    if (starts_with(line, "pid ")) jail->pid = atoi(line + 4);
    else if (starts_with(line, "start ")) jail->start_time = strtoull(line + 6, NULL, 10);
    else if (starts_with(line, "param ")) add_parameter(jail, line + 6);
  }
  free(content);
  const char *jid = jail_parameter(jail, "jid"), *name = jail_parameter(jail, "name");
  if (jid == NULL || name == NULL || jail->pid <= 1) return false;
  jail->jid = atoi(jid);
  jail->name = strdup(name);
  return true;
}

static bool jail_is_alive(const struct jail *jail) {
  char *folder = text("%s/%d", proc_of_host(), (int)jail->pid);
  bool alive = start_time_of(folder) == jail->start_time;
  free(folder);
  return alive;
}

static int by_jid(const void *left, const void *right) {
  return ((const struct jail *)left)->jid - ((const struct jail *)right)->jid;
}

static struct jail *read_all(size_t *count, bool alive) {
  char *folder = state_path("run/jails");
  DIR *entries = opendir(folder);
  struct jail *jails = NULL;
  *count = 0;
  for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || strchr(entry->d_name, '.') != NULL) continue;
    char *path = text("%s/%s", folder, entry->d_name);
    struct jail jail;
    if (read_jail(path, &jail) && jail_is_alive(&jail) == alive) {
      jails = realloc(jails, (*count + 1) * sizeof *jails);
      if (jails == NULL) die(71, "out of memory");
      jails[(*count)++] = jail;
    }
    free(path);
  }
  if (entries != NULL) closedir(entries);
  free(folder);
  if (*count > 1) qsort(jails, *count, sizeof *jails, by_jid);
  return jails;
}

struct jail *read_jails(size_t *count) { return read_all(count, true); }

const char *jail_parameter(const struct jail *jail, const char *name) {
  for (size_t i = 0; i < jail->parameter_count; i++)
    if (strcmp(jail->parameters[i].name, name) == 0) return jail->parameters[i].value;
  return NULL;
}

bool jail_flag(const struct jail *jail, const char *name) {
  const char *value = jail_parameter(jail, name);
  return value != NULL && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

const struct jail *find_jail(const struct jail *jails, size_t count, const char *name_or_jid) {
  char *end;
  long jid = strtol(name_or_jid, &end, 10);
  bool number = *name_or_jid != '\0' && *end == '\0';
  for (size_t i = 0; i < count; i++)
    if (number ? jails[i].jid == jid : strcmp(jails[i].name, name_or_jid) == 0) return &jails[i];
  return NULL;
}

/* "igb0|10.0.1.2/24,igb0|10.0.1.3" without what keeps the address itself from being read. */
static void remove_alias(const char *entry, size_t length) {
  char word[256];
  snprintf(word, sizeof word, "%.*s", (int)length, entry);
  char *interface = word, *address = strchr(word, '|');
  if (address == NULL) return;
  *address++ = '\0';
  address[strcspn(address, "/ ")] = '\0';
  unsigned char bytes[16];
  int family = strchr(address, ':') == NULL ? AF_INET : AF_INET6;
  int index = link_index(strcmp(interface, "lo0") == 0 ? "lo" : interface);
  if (index != 0 && inet_pton(family, address, bytes) == 1)
    netlink_remove_number(index, family, bytes);
}

static void bury(const struct jail *jail) {
  /* The file goes first: an address without a jail is less of a lie than a jail without its address. */
  char *path = text("%s/run/jails/%d", state_folder(), jail->jid);
  unlink(path);
  free(path);
  const char *aliases = jail_parameter(jail, ".aliases");
  while (aliases != NULL && *aliases != '\0') {
    size_t length = strcspn(aliases, ",");
    remove_alias(aliases, length);
    aliases += length + (aliases[length] == ',');
  }
}

int bury_dead_jails(void) {
  size_t count;
  struct jail *dead = read_all(&count, false);
  for (size_t i = 0; i < count; i++) bury(&dead[i]);
  return 0;
}

/* Called by the host's first process for every child that ended: jails' first processes are children of it. */
void bury_jail_of(pid_t pid) {
  size_t count;
  struct jail *dead = read_all(&count, false);
  for (size_t i = 0; i < count; i++) {
    if (dead[i].pid == pid) bury(&dead[i]);
    for (size_t j = 0; j < dead[i].parameter_count; j++) {
      free(dead[i].parameters[j].name);
      free(dead[i].parameters[j].value);
    }
    free(dead[i].parameters);
    free(dead[i].name);
  }
  free(dead);
}
