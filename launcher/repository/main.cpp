// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-chunks: packs and unpacks pieces with Zstandard, where it can do no harm.
//
// Started by Packer in a sandbox without home, network or session. What it unpacks a mirror chose, and nobody vouched
// for; what it answers is compared with a signed digest by whoever asked.

#include <errno.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "launcher/bundle/archive.h"
#include "launcher/repository/packer-protocol.h"

using namespace latchkey;
using namespace latchkey::repository;

namespace {

// Before the first byte of input.
void limit() {
  auto set = [](int what, rlim_t value) {
    rlimit limit{value, value};
    if (setrlimit(static_cast<__rlimit_resource_t>(what), &limit) < 0) _exit(125);
  };
#ifndef LATCHKEY_REPORTS  // A sanitizer maps terabytes.
  set(RLIMIT_AS, rlim_t{1} << 30);
#endif
  set(RLIMIT_CPU, 1200);
  set(RLIMIT_CORE, 0);
  set(RLIMIT_NOFILE, 64);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// False at the end of input.
bool receive(char* bytes, size_t size) {
  while (size > 0) {
    auto count = read(STDIN_FILENO, bytes, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    size -= static_cast<size_t>(count);
  }
  return true;
}

void send(const char* bytes, size_t size) {
  while (size > 0) {
    auto count = write(STDOUT_FILENO, bytes, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) _exit(0);
    bytes += count;
    size -= static_cast<size_t>(count);
  }
}

// A file in memory, used again for each piece.
class Scratch {
public:
  Scratch() : m_file(memfd_create("piece", MFD_CLOEXEC)) {
    if (m_file < 0) _exit(125);
  }
  void fill(std::string_view bytes) {
    if (ftruncate(m_file, 0) < 0 || pwrite(m_file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
      _exit(125);
    lseek(m_file, 0, SEEK_SET);
  }
  std::string content() const {
    std::string bytes(static_cast<size_t>(lseek(m_file, 0, SEEK_END)), '\0');
    if (pread(m_file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) _exit(125);
    return bytes;
  }
  int file() const { return m_file; }

private:
  int m_file;
};

bool pack(Scratch& scratch, const std::string& bytes, std::string& result) {
  scratch.fill({});
  ArchiveSink sink(scratch.file());
  if (!sink.write(bytes) || !sink.finish()) return false;
  result = scratch.content();
  return true;
}

bool unpack(Scratch& scratch, const std::string& bytes, size_t size, std::string& result) {
  scratch.fill(bytes);
  ArchiveSource source(scratch.file(), 0, bytes.size());
  result.resize(size);
  return source.read(result.data(), size) == size && source.ended();
}

}  // namespace

int main() {
  // Whoever started us may have left descriptors open that are none of our business.
  syscall(SYS_close_range, static_cast<unsigned>(STDERR_FILENO) + 1, ~0u, 0u);
  limit();
  Scratch scratch;
  packer::Question question;
  std::string bytes, result;
  while (receive(reinterpret_cast<char*>(&question), sizeof question)) {
    if (question.bytes > packer::MOST || question.size > packer::MOST) return 125;
    bytes.resize(question.bytes);
    if (!receive(bytes.data(), bytes.size())) return 0;
    result.clear();
    bool sound =
        question.what == packer::PACK ? pack(scratch, bytes, result) : unpack(scratch, bytes, question.size, result);
    if (!sound || result.size() > packer::MOST) sound = false, result.clear();
    packer::Answer answer{.sound = sound ? 1u : 0u, .bytes = static_cast<uint32_t>(result.size())};
    send(reinterpret_cast<const char*>(&answer), sizeof answer);
    send(result.data(), result.size());
  }
  return 0;
}
