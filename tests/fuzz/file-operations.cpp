// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Sequences of operations as a hostile kernel would send them, over a real tree: a folder granted for writing, a file
// granted for reading, and beside them what is not granted, with links, mounts of names and second names on the way.
// Unlike fuse-requests, whose bytes are any, each operation here is well formed as a rule, so that it gets far; node
// ids and handles are those of earlier answers as a rule, and sizes, names and numbers are wrong now and then.
//
// The oracle: what is not granted holds a word that is nowhere else, which no answer may ever hold, and is afterwards
// as it was - names, modes, contents, times of change. What is granted for reading is not changed either.
//
// Input: bytes, of which each operation takes a few.

#include <capnp/message.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "portals/files/grant-reader.h"
#include "portals/files/session.h"

namespace fs = std::filesystem;
using namespace latchkey;
using namespace latchkey::files;

namespace {

const std::string ROOT = "/tmp/o", HOME = ROOT + "/home", DOCUMENTS = HOME + "/Documents", GIVEN = DOCUMENTS + "/p",
                  FORBIDDEN = DOCUMENTS + "/q";
constexpr std::string_view SECRET = "SECRET-of-nobody's-business";

class NobodyAsks final : public Desk {
public:
  void ask(Question) override {}
  void withdraw(uint64_t) override {}
  void liveChanged(GrantRef) override {}
  void refused(std::string, Need) override {}
  void sessionEnded() override {}
};

void put(const std::string& path, std::string_view content) {
  int fd = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0 || write(fd, content.data(), content.size()) < 0) abort();
  close(fd);
}

void unlock(const fs::path& folder) {
  std::error_code ignored;
  fs::permissions(folder, fs::perms::owner_all, ignored);
  for (auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) unlock(entry.path());
  }
}

// What is granted, anew for each input. What is not stays.
void freshTree() {
  std::error_code ignored;
  unlock(GIVEN);
  fs::remove_all(GIVEN, ignored);
  fs::create_directories(GIVEN + "/sub/deep");
  put(GIVEN + "/a", "content");
  put(GIVEN + "/sub/b", "content");
  fs::create_symlink("../q", GIVEN + "/up");
  fs::create_symlink(FORBIDDEN + "/secret", GIVEN + "/away");
  fs::create_symlink("/", GIVEN + "/top");
  put(GIVEN + "/.latchkey-save-1.1-x", SECRET);
}

void freshRest() {
  fs::create_directories(FORBIDDEN + "/sub");
  put(FORBIDDEN + "/secret", SECRET);
  put(FORBIDDEN + "/sub/b", SECRET);
  put(DOCUMENTS + "/c", "for reading");
  put(DOCUMENTS + "/c~", SECRET);
  put(DOCUMENTS + "/d", SECRET);
  put(HOME + "/a", SECRET);
  fs::create_directories(HOME + "/.hidden");
  put(HOME + "/.hidden/secret", SECRET);
}

// All but what is granted for writing, one line each.
std::string restOfIt() {
  std::string all;
  for (auto at = fs::recursive_directory_iterator(ROOT); at != fs::recursive_directory_iterator(); ++at) {
    auto path = at->path().string();
    if (path == GIVEN) {
      at.disable_recursion_pending();
      continue;
    }
    struct stat status{};
    if (lstat(path.c_str(), &status) < 0) abort();
    // What reading changes is not counted; nor does the folder of what is granted tell of it.
    bool folder = S_ISDIR(status.st_mode);
    all += path + " " + std::to_string(status.st_ino) + " " + std::to_string(status.st_mode) + " " +
           std::to_string(folder ? 0 : status.st_size) + " " + std::to_string(folder ? 0 : status.st_nlink) + " " +
           std::to_string(path == DOCUMENTS ? 0 : status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec) +
           "\n";
  }
  return all;
}

[[noreturn]] void found(const char* what, uint32_t opcode) {
  fprintf(stderr, "what is not granted was %s, operation %u\n", what, opcode);
  abort();
}

void give(Session& session, const std::string& path, schema::Scope scope, schema::Access access, const Clock& clock) {
  capnp::MallocMessageBuilder message;
  auto from = message.initRoot<schema::FileGrant>();
  from.setId(path.c_str());
  from.setPath({reinterpret_cast<const kj::byte*>(path.data()), path.size()});
  from.setScope(scope);
  from.setAccess(access);
  auto grant = readGrant(from.asReader(), clock);
  bindGrant(*grant, {}, false);
  session.view().add(grant);
}

class Input {
public:
  Input(const uint8_t* data, size_t size) : m_at(data), m_end(data + size) {}
  bool more() const { return m_at < m_end; }
  uint8_t byte() { return more() ? *m_at++ : 0; }
  template <typename T>
  T raw() {
    T value{};
    for (auto* to = reinterpret_cast<uint8_t*>(&value); to < reinterpret_cast<uint8_t*>(&value + 1); ++to) *to = byte();
    return value;
  }
  // Small as a rule.
  uint64_t number() {
    auto kind = byte();
    return kind < 200 ? kind % 64 : raw<uint64_t>();
  }
  std::string name() {
    static const char* names[] = {"a",
                                  "b",
                                  "sub",
                                  "deep",
                                  "new",
                                  "other",
                                  "up",
                                  "away",
                                  "top",
                                  "c",
                                  "c~",
                                  "d",
                                  "q",
                                  "secret",
                                  "p",
                                  "home",
                                  "tmp",
                                  "o",
                                  "Documents",
                                  ".hidden",
                                  "..",
                                  ".",
                                  "",
                                  "a/b",
                                  "../q/secret",
                                  ".latchkey-save-1.1-x",
                                  ".c.swp"};
    auto pick = byte();
    if (pick < 230) return names[pick % std::size(names)];
    if (pick < 240) return std::string(byte() + 100, 'n');
    std::string any(byte() % 16, '\0');
    for (auto& letter : any) letter = static_cast<char>(byte());
    return any.c_str();  // The kernel ends its strings, and so has no such name.
  }

private:
  const uint8_t *m_at, *m_end;
};

// One kernel: what it was told so far, and one request at a time.
class Kernel {
public:
  Kernel(Session& session, int answers) : m_session(session), m_answers(answers) {}

  void greet() {
    fuse_init_in init{};
    init.major = FUSE_KERNEL_VERSION;
    init.minor = FUSE_KERNEL_MINOR_VERSION;
    init.flags = ~0U;
    begin(FUSE_INIT, 0);
    add(init);
    send();
  }

  // Down to what is granted, as every program begins.
  void walk() {
    uint64_t at = FUSE_ROOT_ID;
    for (auto* name : {"tmp", "o", "home", "Documents", "p"}) at = look(at, name);
    look(look(at, "sub"), "b");
    look(at, "a");
    look(m_nodes[4], "c");
  }

  void act(Input& input) {
    auto what = input.byte() % 26;
    auto node = nodeFrom(input);
    switch (what) {
      case 0:
      case 1: look(node, input.name()); return;
      case 2:
        begin(FUSE_OPEN, node);
        add(fuse_open_in{openFlags(input), 0});
        break;
      case 3:
        begin(FUSE_OPENDIR, node);
        add(fuse_open_in{O_RDONLY | O_DIRECTORY, 0});
        break;
      case 4:
        begin(FUSE_READ, node);
        read(input);
        break;
      case 5:
        begin(FUSE_WRITE, node);
        writeFrom(input);
        break;
      case 6:
        begin(FUSE_READDIR, node);
        read(input);
        break;
      case 7:
        begin(FUSE_READDIRPLUS, node);
        read(input);
        break;
      case 8:
        begin(FUSE_CREATE, node);
        add(fuse_create_in{openFlags(input) | O_CREAT, 0100600U | (input.byte() & 077U), 0, 0});
        text(input.name());
        break;
      case 9:
        begin(FUSE_MKDIR, node);
        add(fuse_mkdir_in{0700, 0});
        text(input.name());
        break;
      case 10:
        begin(FUSE_UNLINK, node);
        text(input.name());
        break;
      case 11:
        begin(FUSE_RMDIR, node);
        text(input.name());
        break;
      case 12:
      case 13:
        begin(FUSE_RENAME2, node);
        add(fuse_rename2_in{nodeFrom(input), static_cast<uint32_t>(input.byte() % 8), 0});
        text(input.name());
        text(input.name());
        break;
      case 14:
        begin(FUSE_LINK, node);
        add(fuse_link_in{nodeFrom(input)});
        text(input.name());
        break;
      case 15:
        begin(FUSE_SYMLINK, node);
        text(input.name());
        text(input.name());
        break;
      case 16: begin(FUSE_READLINK, node); break;
      case 17:
        begin(FUSE_SETATTR, node);
        setattr(input);
        break;
      case 18:
        begin(FUSE_GETXATTR, node);
        add(fuse_getxattr_in{size32(input), 0});
        text("user." + input.name());
        break;
      case 19:
        begin(FUSE_SETXATTR, node);
        setxattr(input);
        break;
      case 20:
        begin(FUSE_RELEASE, node);
        add(fuse_release_in{handleFrom(input), 0, 0, 0});
        break;
      case 21: forget(node, input.number()); return;
      case 22:
        begin(FUSE_INTERRUPT, 0);
        add(fuse_interrupt_in{m_unique - input.byte() % 8});
        break;
      case 23:
        begin(FUSE_COPY_FILE_RANGE, node);
        add(fuse_copy_file_range_in{handleFrom(input), input.number(), nodeFrom(input), handleFrom(input),
                                    input.number(), input.number() % 65536, 0});
        break;
      case 24:
        begin(FUSE_FALLOCATE, node);
        add(fuse_fallocate_in{handleFrom(input), input.number() % 65536, input.number() % 65536, size32(input), 0});
        break;
      default:
        begin(FUSE_GETATTR, node);
        add(fuse_getattr_in{input.byte() & 1U, 0, handleFrom(input)});
        break;
    }
    send();
  }

private:
  void begin(uint32_t opcode, uint64_t node) {
    m_request.assign(sizeof(fuse_in_header), 0);
    m_header = {0, opcode, ++m_unique, node, getuid(), getgid(), static_cast<uint32_t>(getpid()), 0, 0};
  }
  template <typename T>
  void add(const T& body) {
    auto* bytes = reinterpret_cast<const char*>(&body);
    m_request.insert(m_request.end(), bytes, bytes + sizeof body);
  }
  void text(const std::string& text) {
    m_request.insert(m_request.end(), text.c_str(), text.c_str() + text.size() + 1);
  }

  uint64_t look(uint64_t parent, const std::string& name) {
    auto before = m_nodes.size();
    begin(FUSE_LOOKUP, parent);
    text(name);
    send();
    return m_nodes.size() > before ? m_nodes.back() : parent;
  }
  uint64_t nodeFrom(Input& input) {
    auto pick = input.byte();
    return pick < 245 ? m_nodes[pick % m_nodes.size()] : input.raw<uint64_t>();
  }
  uint64_t handleFrom(Input& input) {
    auto pick = input.byte();
    return pick < 245 && !m_handles.empty() ? m_handles[pick % m_handles.size()] : input.number();
  }
  static uint32_t size32(Input& input) { return static_cast<uint32_t>(input.number() % 70000); }
  static uint32_t openFlags(Input& input) {
    static const uint32_t more[] = {0, O_TRUNC, O_APPEND, O_DIRECT, O_NOFOLLOW, O_EXCL, O_DIRECTORY, O_TMPFILE};
    auto pick = input.byte();
    return static_cast<uint32_t>(pick & O_ACCMODE) | more[(pick >> 2) % 8];
  }
  void read(Input& input) {
    fuse_read_in in{};
    in.fh = handleFrom(input), in.offset = input.number(), in.size = size32(input) + 512;
    add(in);
  }
  void writeFrom(Input& input) {
    fuse_write_in in{};
    in.fh = handleFrom(input), in.offset = input.number() % (1 << 20), in.size = input.byte();
    add(in);
    // Less than it says, now and then: the kernel would never.
    m_request.insert(m_request.end(), in.size, 'w');
  }
  void setattr(Input& input) {
    fuse_setattr_in in{};
    in.valid = input.raw<uint16_t>(), in.fh = handleFrom(input), in.size = input.number() % (1 << 20);
    in.mode = input.raw<uint16_t>(), in.uid = input.byte(), in.gid = input.byte(), in.mtime = input.number();
    add(in);
  }
  void setxattr(Input& input) {
    auto length = input.byte();
    // With FUSE_SETXATTR_EXT, as was said in the greeting.
    add(fuse_setxattr_in{length, input.byte() % 4U, 0, 0});
    text((input.byte() & 7) ? "user." + input.name() : "security.selinux");
    m_request.insert(m_request.end(), length, 'x');
  }
  void forget(uint64_t node, uint64_t lookups) {
    if (node == FUSE_ROOT_ID) return;  // The kernel keeps it.
    begin(FUSE_FORGET, node);
    add(fuse_forget_in{lookups});
    send();
  }

  void send() {
    m_header.len = static_cast<uint32_t>(m_request.size());
    memcpy(m_request.data(), &m_header, sizeof m_header);
    m_session.process(m_request.data(), m_request.size());
    static char answer[1 << 20];
    for (ssize_t got; (got = recv(m_answers, answer, sizeof answer, 0)) > 0;) hear({answer, static_cast<size_t>(got)});
  }
  void hear(std::string_view answer) {
    if (answer.contains(SECRET)) found("read", m_header.opcode);
    fuse_out_header header;
    if (answer.size() < sizeof header) return;
    memcpy(&header, answer.data(), sizeof header);
    if (header.error != 0 || header.unique != m_unique) return;
    auto body = answer.substr(sizeof header);
    bool entry = m_header.opcode == FUSE_LOOKUP || m_header.opcode == FUSE_CREATE || m_header.opcode == FUSE_MKDIR ||
                 m_header.opcode == FUSE_SYMLINK || m_header.opcode == FUSE_LINK;
    if (entry && body.size() >= sizeof(fuse_entry_out)) {
      fuse_entry_out out;
      memcpy(&out, body.data(), sizeof out);
      if (out.nodeid != 0 && m_nodes.size() < 200) m_nodes.push_back(out.nodeid);
      body.remove_prefix(sizeof out);
    }
    bool opened = m_header.opcode == FUSE_OPEN || m_header.opcode == FUSE_OPENDIR || m_header.opcode == FUSE_CREATE;
    if (opened && body.size() >= sizeof(fuse_open_out)) {
      fuse_open_out out;
      memcpy(&out, body.data(), sizeof out);
      if (m_handles.size() < 200) m_handles.push_back(out.fh);
    }
  }

  Session& m_session;
  int m_answers;
  fuse_in_header m_header{};
  std::vector<char> m_request;
  uint64_t m_unique = 0;
  std::vector<uint64_t> m_nodes{FUSE_ROOT_ID}, m_handles;
};

}  // namespace

// libfuse keeps interrupts that fit no request until one comes, and does not free them with the session.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfuse3.so"; }

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool made = (freshRest(), fs::create_directories(GIVEN), true);
  static const auto before = restOfIt();
  static SystemClock clock;
  if (!made) abort();
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets) < 0) abort();
  int room = 1 << 20;
  for (int socket : sockets) setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  freshTree();
  uint32_t operations = 0;
  {
    NobodyAsks desk;
    Layout layout;
    layout.home = HOME;
    layout.folders = {DOCUMENTS};
    Session session(layout, {getuid(), getgid()}, clock, desk, std::make_shared<Budget>());
    session.prepare();
    if (fuse_session_mount(session.raw(), ("/dev/fd/" + std::to_string(sockets[0])).c_str()) != 0) abort();
    Kernel kernel(session, sockets[1]);
    kernel.greet();
    give(session, GIVEN, schema::Scope::TREE, schema::Access::WRITE, clock);
    give(session, DOCUMENTS + "/c", schema::Scope::FILE, schema::Access::READ, clock);
    kernel.walk();
    Input input(data, size);
    for (; input.more() && operations < 300; ++operations) kernel.act(input);
    session.settleAll(Verdict::Declined);
  }
  close(sockets[1]);
  if (restOfIt() != before) found("changed", operations);
  return 0;
}
