// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Raw FUSE requests into a session that is not mounted: whatever the bytes say - unknown inodes, handles of nobody,
// names without an end - it answers and lives. A folder is granted for writing, so that operations reach the host's
// side too.
//
// Input: records of a length (two bytes, little-endian) and that many bytes of one request.

#include <capnp/message.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "portals/files/grant-reader.h"
#include "portals/files/session.h"

namespace fs = std::filesystem;
using namespace latchkey;
using namespace latchkey::files;

namespace {

constexpr size_t BEHIND = 1 << 18;

class NobodyAsks final : public Desk {
public:
  void ask(Question) override {}
  void withdraw(uint64_t) override {}
  void liveChanged(GrantRef) override {}
  void refused(std::string, Need) override {}
  void sessionEnded() override {}
};

// Short and always the same, so that seeds can name it: /tmp is private to each run.
std::string madeRoot() {
  std::string root = "/tmp/f";
  fs::create_directories(root);
  return root;
}

// The last input may have taken away its own rights.
void unlock(const fs::path& folder) {
  std::error_code ignored;
  fs::permissions(folder, fs::perms::owner_all, ignored);
  for (auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_directory(ignored) && !entry.is_symlink(ignored)) unlock(entry.path());
  }
}

void fresh(const std::string& root) {
  std::error_code ignored;
  unlock(root + "/home/Documents");
  fs::remove_all(root + "/home/Documents", ignored);
  fs::create_directories(root + "/home/Documents/p/sub");
  for (auto* file : {"/home/Documents/p/a", "/home/Documents/p/sub/b", "/home/Documents/c"}) {
    int fd = open((root + file).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (write(fd, "content", 7) < 0) abort();
    close(fd);
  }
}

void greet(Session& session) {
  struct {
    fuse_in_header header;
    fuse_init_in init;
  } hello{};
  hello.header.len = sizeof hello;
  hello.header.opcode = FUSE_INIT;
  hello.header.unique = 1;
  hello.init.major = FUSE_KERNEL_VERSION;
  hello.init.minor = FUSE_KERNEL_MINOR_VERSION;
  hello.init.flags = ~0U;
  session.process(&hello, sizeof hello);
}

void give(Session& session, const std::string& path, schema::Scope scope, const Clock& clock) {
  capnp::MallocMessageBuilder message;
  auto from = message.initRoot<schema::FileGrant>();
  from.setId("g");
  from.setPath({reinterpret_cast<const kj::byte*>(path.data()), path.size()});
  from.setScope(scope);
  from.setAccess(schema::Access::WRITE);
  auto grant = readGrant(from.asReader(), clock);
  bindGrant(*grant, {}, false);
  session.view().add(grant);
}

}  // namespace

// libfuse keeps interrupts that fit no request until one comes, and does not free them with the session.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfuse3.so"; }

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto root = madeRoot();
  static SystemClock clock;
  // Answers go to a pair of sockets and are thrown away.
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets) < 0) abort();
  fresh(root);
  {
    NobodyAsks desk;
    Layout layout;
    layout.home = root + "/home";
    layout.folders = {root + "/home/Documents"};
    Session session(layout, {getuid(), getgid()}, clock, desk, std::make_shared<Budget>());
    session.prepare();
    if (fuse_session_mount(session.raw(), ("/dev/fd/" + std::to_string(sockets[0])).c_str()) != 0) abort();
    greet(session);
    give(session, root + "/home/Documents/p", schema::Scope::TREE, clock);
    give(session, root + "/home/Documents/c", schema::Scope::FILE, clock);
    std::vector<char> request;
    char answer[65536];
    for (size_t at = 0; at + 2 <= size;) {
      size_t length = data[at] | (data[at + 1] << 8);
      at += 2;
      length = std::min(length, size - at);
      // The kernel never sends less than a header, says the truth about the length, and ends its strings; libfuse
      // relies on that. The zeros behind are what it may read of a request that is cut short.
      auto whole = std::max(length, sizeof(fuse_in_header));
      request.assign(whole + BEHIND, 0);
      memcpy(request.data(), data + at, length);
      at += length;
      auto* header = reinterpret_cast<fuse_in_header*>(request.data());
      header->len = static_cast<uint32_t>(whole);
      header->opcode &= 63;
      if (header->opcode == FUSE_INIT || header->opcode == FUSE_DESTROY || header->opcode == FUSE_NOTIFY_REPLY)
        continue;
      if (header->opcode == FUSE_BATCH_FORGET) {
        auto* forgets = reinterpret_cast<fuse_batch_forget_in*>(header + 1);
        forgets->count = std::min<uint32_t>(forgets->count, 100);
      }
      session.process(request.data(), whole);
      while (recv(sockets[1], answer, sizeof answer, 0) > 0) {}
    }
    session.settleAll(Verdict::Granted);
    session.settleAll(Verdict::Declined);
  }
  close(sockets[1]);
  return 0;
}
