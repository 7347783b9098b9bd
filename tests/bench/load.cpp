// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// bench-load: does to files what a line on its input says, and answers with one line. The same program works natively,
// in a sandbox, and on the mount of another portal. Static, so that it runs from any folder it is copied to.
//
//   stat FOLDER ROUNDS      nanoseconds per stat() of FOLDER/0 ... FOLDER/99
//   open FOLDER ROUNDS      the same for open, read of 4 KiB, close
//   read FILE ROUNDS        the same for one pass over the file through a fresh descriptor, after a first one
//   random FILE ROUNDS      the same for 4 KiB at random places through one descriptor
//   write FILE MIB         nanoseconds for writing so much anew and fsync
//   walk FOLDER ENTRIES    the same for listing the whole tree with a stat of everything; fails if there is less
//   run FOLDER WORD...      nanoseconds of a program in that folder, its output thrown away
//   once FILE               nanoseconds of one open and close: what an answered question takes
//   look FILE               one stat(): ns since boot at which it succeeded first, tried every 20 us
//   pages FOLDER COUNT     opens, reads and closes FOLDER/0 ...: inodes with cached pages that nothing holds
//   hold FOLDER COUNT       opens, reads and keeps FOLDER/0 ...: inodes with cached pages. COUNT 0 lets them go
//   watch FILE              says "open", reads every 20 us until it is refused, then says when that was (nanoseconds
//   since boot)

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace {

constexpr int FILES = 100;
constexpr size_t SMALL = 4096;
constexpr size_t LARGE = 128 * 1024;

long long now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<long long>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

[[noreturn]] void fail(const char* what) {
  printf("failed %s: %s\n", what, strerror(errno));
  fflush(stdout);
  exit(1);
}

int opened(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(path.c_str());
  return fd;
}

// Between looks at something that servers on the same processor have to bring about.
void yieldToServers() {
  timespec moment{0, 20'000};
  nanosleep(&moment, nullptr);
}

std::string numbered(const std::string& folder, int number) { return folder + "/" + std::to_string(number); }

long long statAll(const std::string& folder, int rounds) {
  struct stat status{};
  auto begin = now();
  for (int i = 0; i < rounds; ++i) {
    if (stat(numbered(folder, i % FILES).c_str(), &status) < 0) fail("stat");
  }
  return (now() - begin) / rounds;
}

long long openAll(const std::string& folder, int rounds) {
  static char bytes[SMALL];
  auto begin = now();
  for (int i = 0; i < rounds; ++i) {
    int fd = opened(numbered(folder, i % FILES));
    if (read(fd, bytes, sizeof bytes) < 0) fail("read");
    close(fd);
  }
  return (now() - begin) / rounds;
}

void readThrough(const std::string& path) {
  static char bytes[LARGE];
  int fd = opened(path);
  ssize_t got;
  while ((got = read(fd, bytes, sizeof bytes)) > 0) {}
  if (got < 0) fail("read");
  close(fd);
}

long long readAgain(const std::string& path, int rounds) {
  readThrough(path);
  auto begin = now();
  for (int i = 0; i < rounds; ++i) readThrough(path);
  return (now() - begin) / rounds;
}

long long readAtRandom(const std::string& path, int rounds) {
  static char bytes[SMALL];
  readThrough(path);
  int fd = opened(path);
  auto blocks = static_cast<unsigned>(lseek(fd, 0, SEEK_END) / static_cast<off_t>(SMALL));
  unsigned place = 1;
  auto begin = now();
  for (int i = 0; i < rounds; ++i) {
    place = place * 1664525 + 1013904223;
    if (pread(fd, bytes, sizeof bytes, static_cast<off_t>((place >> 8) % blocks) * static_cast<off_t>(SMALL)) < 0)
      fail("pread");
  }
  auto took = (now() - begin) / rounds;
  close(fd);
  return took;
}

long long writeAll(const std::string& path, int mebibytes) {
  static const std::vector<char> block(1 << 20, 'w');
  auto begin = now();
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) fail(path.c_str());
  for (int i = 0; i < mebibytes; ++i) {
    if (write(fd, block.data(), block.size()) != static_cast<ssize_t>(block.size())) fail("write");
  }
  if (fsync(fd) < 0) fail("fsync");
  close(fd);
  return now() - begin;
}

// As find, du and editors do it. The number of entries below.
int walk(int folder) {
  auto* list = fdopendir(folder);
  if (list == nullptr) fail("fdopendir");
  int count = 0;
  while (auto* entry = readdir(list)) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    struct stat status{};
    if (fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0) fail(entry->d_name);
    ++count;
    if (!S_ISDIR(status.st_mode)) continue;
    int below = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0) fail(entry->d_name);
    count += walk(below);
  }
  closedir(list);
  return count;
}

long long walkAll(const std::string& path, int least) {
  auto begin = now();
  int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) fail(path.c_str());
  if (walk(folder) < least) fail("walk: too few");
  return now() - begin;
}

long long runIn(const std::string& folder, std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  auto begin = now();
  auto child = fork();
  if (child == 0) {
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 1);
    if (chdir(folder.c_str()) < 0) _exit(126);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  auto took = now() - begin;
  if (status != 0) {
    printf("failed %s: status %d\n", words[0].c_str(), WEXITSTATUS(status));
    fflush(stdout);
    exit(1);
  }
  return took;
}

long long openOnce(const std::string& path) {
  auto begin = now();
  close(opened(path));
  return now() - begin;
}

long long untilThere(const std::string& path) {
  struct stat status{};
  while (stat(path.c_str(), &status) < 0) yieldToServers();
  return now();
}

void hold(const std::string& folder, int count) {
  static std::vector<int> held;
  static char bytes[SMALL];
  for (int fd : held) close(fd);
  held.clear();
  for (int i = 0; i < count; ++i) {
    held.push_back(opened(numbered(folder, i)));
    if (read(held.back(), bytes, sizeof bytes) < 0) fail("read");
  }
}

void cachePages(const std::string& folder, int count) {
  static char bytes[SMALL];
  for (int i = 0; i < count; ++i) {
    int fd = opened(numbered(folder, i));
    if (read(fd, bytes, sizeof bytes) < 0) fail("read");
    close(fd);
  }
}

long long watch(const std::string& path) {
  char byte;
  int fd = opened(path);
  if (pread(fd, &byte, 1, 0) != 1) fail("pread");
  printf("open\n");
  fflush(stdout);
  while (pread(fd, &byte, 1, 0) == 1) yieldToServers();
  auto cut = now();
  close(fd);
  return cut;
}

std::vector<std::string> wordsOf(const char* line) {
  std::vector<std::string> words;
  std::string word;
  for (; *line != '\0' && *line != '\n'; ++line) {
    if (*line != ' ') {
      word += *line;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

long long perform(const std::vector<std::string>& words) {
  auto& verb = words[0];
  int number = words.size() > 2 ? atoi(words[2].c_str()) : 0;
  if (verb == "stat") return statAll(words[1], number);
  if (verb == "open") return openAll(words[1], number);
  if (verb == "read") return readAgain(words[1], number);
  if (verb == "random") return readAtRandom(words[1], number);
  if (verb == "write") return writeAll(words[1], number);
  if (verb == "walk") return walkAll(words[1], number);
  if (verb == "run") return runIn(words[1], {words.begin() + 2, words.end()});
  if (verb == "once") return openOnce(words[1]);
  if (verb == "look") return untilThere(words[1]);
  if (verb == "watch") return watch(words[1]);
  if (verb == "pages") cachePages(words[1], number);
  if (verb == "hold") hold(words[1], number);
  return 0;
}

}  // namespace

int main() {
  char line[8192];
  while (fgets(line, sizeof line, stdin) != nullptr) {
    auto words = wordsOf(line);
    if (words.size() < 2) return 2;
    printf("%lld\n", perform(words));
    fflush(stdout);
  }
}
