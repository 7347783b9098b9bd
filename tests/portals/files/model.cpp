// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Random use of a folder, the same for the same seed: model FOLDER SEED COUNT. Prints what each step answered, then
// what is there at the end. Run in a granted folder and in a plain one, both must print the same.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

struct Open {
  int fd = -1;
  std::string name;
};

class Model {
public:
  Model(unsigned seed, int count) : m_random(seed), m_count(count) {
    for (auto* name : {"a", "b.txt", "c d", ".hidden", "\xff\xfe", "\xc3\xa4\xe2\x82\xac", "e", "f"})
      m_names.push_back(name);
    m_names.push_back(std::string(255, 'n'));
    m_folders = {"", "x/", "y/", "x/z/"};
  }

  void run() {
    for (auto* folder : {"x", "y", "x/z"}) mkdir(folder, 0755);
    for (int i = 0; i < m_count; ++i) {
      auto [what, answer] = step();
      printf("%d %s %s\n", i, what, answer.c_str());
    }
    for (auto& open : m_open) close(open.fd);
    sync();
    show("");
  }

private:
  using Said = std::pair<const char*, std::string>;

  unsigned any(unsigned below) { return m_random() % below; }
  std::string path() { return m_folders[any(4)] + m_names[any(static_cast<unsigned>(m_names.size()))]; }
  static std::string of(long result) {
    return result < 0 ? std::string("E") + std::to_string(errno) : std::to_string(result);
  }
  std::string bytes(size_t size) {
    std::string data(size, 0);
    for (auto& c : data) c = static_cast<char>('a' + any(26));
    return data;
  }
  static std::string digest(const std::string& data) {
    uint64_t sum = 14695981039346656037u;
    for (unsigned char c : data) sum = (sum ^ c) * 1099511628211u;
    return std::to_string(data.size()) + ":" + std::to_string(sum);
  }
  static std::string shown(const struct stat& s) {
    char text[128];
    snprintf(text, sizeof text, "%o size %ld links %ld", s.st_mode,
             S_ISREG(s.st_mode) ? static_cast<long>(s.st_size) : 0L,
             S_ISREG(s.st_mode) ? static_cast<long>(s.st_nlink) : 0L);
    return text;
  }
  Open* open() { return m_open.empty() ? nullptr : &m_open[any(static_cast<unsigned>(m_open.size()))]; }

  Said step() {
    switch (any(34)) {
      case 0:
      case 1:
      case 2:
      case 3: return openFile();
      case 4: return openTemporary();
      case 5:
        if (m_open.empty()) return {"none", ""};
        {
          auto at = any(static_cast<unsigned>(m_open.size()));
          auto answer = of(::close(m_open[at].fd));
          m_open.erase(m_open.begin() + at);
          return {"close", answer};
        }
      case 6: return {"unlink", of(unlink(path().c_str()))};
      case 7: return {"rmdir", of(rmdir(path().c_str()))};
      case 8: return {"mkdir", of(mkdir(path().c_str(), 0700 + any(64)))};
      case 9:
      case 10: {
        auto from = path(), to = path();
        return {"rename",
                of(renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), any(4) == 0 ? RENAME_NOREPLACE : 0))};
      }
      case 11: {
        auto from = path(), to = path();
        return {"exchange", of(renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE))};
      }
      case 12: {
        auto to = path();
        return {"symlink", of(symlink(path().c_str(), to.c_str()))};
      }
      case 13: {
        char text[512];
        auto length = readlink(path().c_str(), text, sizeof text);
        return {"readlink", length < 0 ? of(length) : std::string(text, static_cast<size_t>(length))};
      }
      case 14:
      case 15: {
        struct stat s{};
        auto result = lstat(path().c_str(), &s);
        return {"lstat", result < 0 ? of(result) : shown(s)};
      }
      case 16: {
        auto name = path();
        return {"chmod", of(chmod(name.c_str(), 0600 + any(128)))};
      }
      case 17: {
        auto name = path();
        timespec times[2] = {{static_cast<time_t>(any(1u << 30)), 5},
                             {static_cast<time_t>(any(1u << 30)), static_cast<long>(any(1000000000))}};
        if (utimensat(AT_FDCWD, name.c_str(), times, AT_SYMLINK_NOFOLLOW) < 0) return {"utimens", of(-1)};
        struct stat s{};
        lstat(name.c_str(), &s);
        return {"utimens", std::to_string(s.st_mtim.tv_sec) + "." + std::to_string(s.st_mtim.tv_nsec)};
      }
      case 18: {
        auto name = path();
        auto value = bytes(any(100));
        return {"setxattr", of(lsetxattr(name.c_str(), any(2) ? "user.one" : "user.two", value.data(), value.size(),
                                         any(3) == 0   ? XATTR_CREATE
                                         : any(3) == 0 ? XATTR_REPLACE
                                                       : 0))};
      }
      case 19: {
        char value[256];
        auto length = lgetxattr(path().c_str(), any(2) ? "user.one" : "user.two", value, sizeof value);
        return {"getxattr", length < 0 ? of(length) : digest(std::string(value, static_cast<size_t>(length)))};
      }
      case 20: return {"removexattr", of(lremovexattr(path().c_str(), "user.one"))};
      case 21: {
        auto name = path();
        return {"truncate", of(truncate(name.c_str(), any(40000)))};
      }
      case 22: {
        auto name = path();
        return {"access", of(access(name.c_str(), static_cast<int>(any(8))))};
      }
      case 23: return {"list", list(m_folders[any(4)])};
      case 33: {
        auto from = path(), to = path();
        struct stat s{};
        // A second name of a file that is open is another file's worth of caches: see the limits.
        if (lstat(from.c_str(), &s) < 0 || !S_ISREG(s.st_mode)) return {"link", "none"};
        for (auto& open : m_open) {
          struct stat o{};
          if (fstat(open.fd, &o) == 0 && o.st_ino == s.st_ino) return {"link", "open"};
        }
        auto answer = of(link(from.c_str(), to.c_str()));
        if (answer == "0") unlink(from.c_str());
        return {"link", answer};
      }
      default: return useFile();
    }
  }

  Said openFile() {
    auto name = path();
    static constexpr int MODES[] = {O_RDONLY, O_WRONLY, O_RDWR, O_RDWR};
    int flags = MODES[any(4)];
    if (any(2)) flags |= O_CREAT;
    if (any(5) == 0) flags |= O_EXCL;
    if (any(5) == 0 && flags != O_RDONLY) flags |= O_TRUNC;
    if (any(5) == 0) flags |= O_APPEND;
    if (any(8) == 0) flags |= O_NOFOLLOW;
    if (any(20) == 0) flags |= O_DIRECTORY;
    if (any(10) == 0) flags |= O_SYNC;
    int fd = ::open(name.c_str(), flags, 0600 + any(64));
    if (fd < 0) return {"open", of(-1)};
    struct stat s{};
    fstat(fd, &s);
    auto answer = shown(s);
    if (m_open.size() < 8 && S_ISREG(s.st_mode)) m_open.push_back({fd, name});
    else ::close(fd);
    return {"open", answer};
  }

  Said openTemporary() {
    int fd = ::open(m_folders[any(4)].empty() ? "." : "x", O_TMPFILE | O_RDWR, 0600);
    if (fd < 0) return {"tmpfile", of(-1)};
    if (m_open.size() < 8) m_open.push_back({fd, "?"});
    else ::close(fd);
    return {"tmpfile", "0"};
  }

  Said useFile() {
    auto kind = any(12);
    auto size = any(9000), offset = any(30000);
    auto data = bytes(size);
    auto* one = open();
    auto* other = open();
    if (!one) return {"none", ""};
    std::string got(size, 0);
    switch (kind) {
      case 0: return {"pwrite", of(pwrite(one->fd, data.data(), size, offset))};
      case 1: return {"write", of(write(one->fd, data.data(), size))};
      case 2: {
        auto count = pread(one->fd, got.data(), size, offset);
        if (count < 0) return {"pread", of(count)};
        return {"pread", digest(got.substr(0, static_cast<size_t>(count)))};
      }
      case 3: {
        auto count = read(one->fd, got.data(), size);
        if (count < 0) return {"read", of(count)};
        return {"read", digest(got.substr(0, static_cast<size_t>(count)))};
      }
      case 4: return {"ftruncate", of(ftruncate(one->fd, offset))};
      case 5: {
        static constexpr int MODES[] = {0, FALLOC_FL_KEEP_SIZE, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE};
        auto mode = MODES[any(3)];
        return {"fallocate", of(fallocate(one->fd, mode, offset, size + 1))};
      }
      case 6: {
        static constexpr int WHENCE[] = {SEEK_SET, SEEK_CUR, SEEK_END};
        auto whence = any(5);
        if (whence < 3) return {"lseek", of(lseek(one->fd, offset, WHENCE[whence]))};
        return {"sparse", skipped(one->fd, offset)};
      }
      case 7: {
        off_t from = offset, to = any(30000);
        return {"copy", of(copy_file_range(one->fd, &from, other->fd, &to, size, 0))};
      }
      case 8: return {"fsync", of(any(2) ? fsync(one->fd) : fdatasync(one->fd))};
      case 9: {
        struct stat s{};
        fstat(one->fd, &s);
        return {"fstat", shown(s)};
      }
      case 10: return {"fchmod", of(fchmod(one->fd, 0600 + any(64)))};
      default: return {"mmap", mapped(one->fd, offset, size)};
    }
  }

  // Where data begins is the file system's to say; but what is skipped must be zeros.
  static std::string skipped(int fd, off_t offset) {
    auto before = lseek(fd, 0, SEEK_CUR);
    struct stat s{};
    fstat(fd, &s);
    auto data = lseek(fd, offset, SEEK_DATA), hole = lseek(fd, offset, SEEK_HOLE);
    lseek(fd, before, SEEK_SET);
    if (offset >= s.st_size) return data < 0 && hole < 0 ? "beyond" : "wrong";
    if (hole < offset || hole > s.st_size) return "wrong";
    auto end = data < 0 ? s.st_size : data;
    std::string zeros(static_cast<size_t>(end - offset), 'x');
    auto count = pread(fd, zeros.data(), zeros.size(), offset);
    if (count < 0) return "not readable";
    return zeros.find_first_not_of('\0') == zeros.npos ? "zeros" : "lost";
  }

  // Writes through a shared mapping, within the file.
  std::string mapped(int fd, unsigned offset, unsigned size) {
    struct stat s{};
    if (fstat(fd, &s) < 0 || s.st_size == 0) return "empty";
    auto length = static_cast<size_t>(s.st_size);
    bool write = any(2);
    auto* at = static_cast<char*>(mmap(nullptr, length, write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0));
    if (at == MAP_FAILED) return of(-1);
    auto data = bytes(size);
    if (write && offset < length) memcpy(at + offset, data.data(), std::min<size_t>(size, length - offset));
    auto answer = digest(std::string(at, length));
    if (write && any(2)) answer += " " + of(msync(at, length, MS_SYNC));
    munmap(at, length);
    return answer;
  }

  std::string list(const std::string& folder) {
    auto* listing = opendir(folder.empty() ? "." : folder.c_str());
    if (!listing) return of(-1);
    std::map<std::string, int> names;
    while (auto* entry = readdir(listing)) names[entry->d_name] = entry->d_type;
    closedir(listing);
    std::string all;
    for (auto& [name, type] : names) all += name + "=" + std::to_string(type) + " ";
    return digest(all);
  }

  void show(const std::string& folder) {
    auto* listing = opendir(folder.empty() ? "." : folder.c_str());
    if (!listing) return;
    std::set<std::string> names;
    while (auto* entry = readdir(listing)) names.insert(entry->d_name);
    closedir(listing);
    for (auto& name : names) {
      if (name == "." || name == "..") continue;
      auto full = folder + name;
      struct stat s{};
      lstat(full.c_str(), &s);
      printf("%s %s", full.c_str(), shown(s).c_str());
      if (S_ISREG(s.st_mode)) {
        std::string data(static_cast<size_t>(s.st_size), 0);
        int fd = ::open(full.c_str(), O_RDONLY);
        auto count = pread(fd, data.data(), data.size(), 0);
        ::close(fd);
        printf(" %ld %s", static_cast<long>(count), digest(data).c_str());
      }
      printf("\n");
      if (S_ISDIR(s.st_mode)) show(full + "/");
    }
  }

  std::mt19937 m_random;
  int m_count;
  std::vector<std::string> m_names, m_folders;
  std::vector<Open> m_open;
};

}  // namespace

int main(int count, char** words) {
  if (count != 4 || chdir(words[1]) < 0) return 2;
  umask(022);
  Model(static_cast<unsigned>(atol(words[2])), atoi(words[3])).run();
  return 0;
}
