#include "cb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *program = "cb";
char **whole_arguments;

void hide_arguments(const char *name) {
  char *end = whole_arguments[0];
  for (char **word = whole_arguments; *word != NULL; word++) end = *word + strlen(*word);
  size_t room = (size_t)(end - whole_arguments[0]);
  memset(whole_arguments[0], 0, room);
  strncpy(whole_arguments[0], name, room);
  prctl(PR_SET_NAME, name, 0, 0, 0);
}

/* Older C libraries do not know the call, older kernels neither. */
void close_others(void) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 3, ~0U, 0) == 0) return;
#endif
  for (int file = 3; file < 1024; file++) close(file);
}

void warn_line(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char line[4096];
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  dprintf(STDERR_FILENO, "%s: %s\n", program, line);
}

void die(int status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char line[4096];
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  fflush(stdout);
  dprintf(STDERR_FILENO, "%s: %s\n", program, line);
  _exit(status);
}

char *text(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *result = NULL;
  if (vasprintf(&result, format, arguments) < 0) die(71, "out of memory");
  va_end(arguments);
  return result;
}

char *read_text(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return NULL;
  size_t size = 0, room = 4096;
  char *content = malloc(room + 1);
  if (content == NULL) die(71, "out of memory");
  for (;;) {
    if (size == room && (content = realloc(content, (room *= 2) + 1)) == NULL) die(71, "out of memory");
    ssize_t got = read(file, content + size, room - size);
    if (got < 0) {
      free(content);
      close(file);
      return NULL;
    }
    if (got == 0) break;
    size += (size_t)got;
  }
  close(file);
  content[size] = '\0';
  return content;
}

int write_text(const char *path, const char *content) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return -1;
  size_t size = strlen(content);
  int result = write(file, content, size) == (ssize_t)size ? 0 : -1;
  int code = errno;
  close(file);
  errno = code;
  return result;
}

int write_text_atomic(const char *path, const char *content) {
  char *temporary = text("%s.%d.tmp", path, (int)getpid());
  int result = write_text(temporary, content) == 0 && rename(temporary, path) == 0 ? 0 : -1;
  free(temporary);
  return result;
}

int make_folders(const char *path, mode_t mode) {
  char *part = strdup(path);
  if (part == NULL) die(71, "out of memory");
  for (char *at = part + 1;; at++) {
    if (*at != '/' && *at != '\0') continue;
    char kept = *at;
    *at = '\0';
    if (mkdir(part, mode) != 0 && errno != EEXIST) {
      free(part);
      return -1;
    }
    *at = kept;
    if (kept == '\0') break;
  }
  free(part);
  return 0;
}

bool starts_with(const char *whole, const char *start) { return strncmp(whole, start, strlen(start)) == 0; }

char *line_value(const char *content, const char *key) {
  size_t length = strlen(key);
  for (const char *line = content; line != NULL && *line != '\0';) {
    const char *end = strchr(line, '\n');
    if (strncmp(line, key, length) == 0 && line[length] == '=')
      return strndup(line + length + 1, end == NULL ? strlen(line + length + 1) : (size_t)(end - line) - length - 1);
    line = end == NULL ? NULL : end + 1;
  }
  return NULL;
}
