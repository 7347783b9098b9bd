// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-bundler: takes a bundle apart, or puts one together, where it can do no harm.
//
// Started by Bundler in a sandbox without home, network or session, for one bundle. The signature over the list it is
// given has been checked by then; all that the signer chose is read in here and nowhere else.

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/io.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <string>

#include "launcher/bundle/bundler-protocol.h"
#include "launcher/bundle/debian-file.h"
#include "launcher/bundle/report.h"

using namespace latchkey;

namespace {

// Before the first byte of input.
void limit() {
  auto set = [](int what, rlim_t value) {
    rlimit limit{value, value};
    if (setrlimit(static_cast<__rlimit_resource_t>(what), &limit) < 0) _exit(125);
  };
#ifndef LATCHKEY_REPORTS  // A sanitizer maps terabytes, and writes its report to a file.
  set(RLIMIT_AS, rlim_t{1} << 30);
  set(RLIMIT_FSIZE, bundle::MAX_BYTES + (rlim_t{64} << 20));
#endif
  set(RLIMIT_CPU, 600);  // Both at once: of process 1 only the hard limit's SIGKILL is the end.
  set(RLIMIT_CORE, 0);
  set(RLIMIT_NOFILE, 256);  // Packing holds a folder open for each level.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  umask(022);
}

kj::AutoCloseFd folder() {
  kj::AutoCloseFd fd(open(bundler::FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) _exit(125);
  return fd;
}

std::string list() {
  std::string text;
  char buffer[65536];
  for (;;) {
    auto count = pread(bundler::LIST, buffer, sizeof buffer, static_cast<off_t>(text.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer, static_cast<size_t>(count));
  }
}

// The same where it is told: until its end.
std::string toldList() {
  std::string text;
  char buffer[65536];
  for (;;) {
    auto count = read(bundler::LIST, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer, static_cast<size_t>(count));
  }
}

void answer(capnp::MessageBuilder& message) { capnp::writeMessageToFd(bundler::ANSWER, message); }

void answer(const BundleProblem& problem) {
  capnp::MallocMessageBuilder message;
  message.initRoot<schema::BundleReport>().setProblem(problem.reason.c_str());
  answer(message);
}

void pack() {
  auto result = packBundle(folder(), bundler::ARCHIVE);
  if (auto problem = std::get_if<BundleProblem>(&result)) return answer(*problem);
  auto& packed = std::get<PackedBundle>(result);
  auto text = packed.contents.list.text();
  kj::FdOutputStream(bundler::LIST).write(text.data(), text.size());
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::BundleReport>();
  report(packed.contents, root);
  auto needs = root.initHostNeeds(static_cast<unsigned>(packed.needs.size()));
  for (unsigned i = 0; i < needs.size(); ++i) needs.set(i, packed.needs[i].c_str());
  answer(message);
}

void read(uint64_t at, uint64_t size, int target) {
  Extractor extractor(target);
  auto result = readBundle(list(), bundler::ARCHIVE, at, size, extractor);
  if (auto problem = std::get_if<BundleProblem>(&result)) return answer(*problem);
  capnp::MallocMessageBuilder message;
  report(std::get<BundleContents>(result), message.initRoot<schema::BundleReport>());
  answer(message);
}

void survey() {
  auto result = readParts(toldList(), folder());
  if (auto problem = std::get_if<BundleProblem>(&result)) return answer(*problem);
  capnp::MallocMessageBuilder message;
  report(std::get<BundleContents>(result), message.initRoot<schema::BundleReport>());
  answer(message);
}

void debian(uint64_t size) {
  auto result = unpackDebianFile(bundler::ARCHIVE, size, folder());
  if (auto problem = std::get_if<BundleProblem>(&result)) return answer(*problem);
  auto& package = std::get<DebianFile>(result);
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::BundleReport>();
  root.setId(package.name.c_str());
  root.setVersion(package.version.c_str());
  root.setSummary(package.summary.c_str());
  auto left = root.initHostNeeds(static_cast<unsigned>(package.leftOut.size()));
  for (unsigned i = 0; i < left.size(); ++i) left.set(i, package.leftOut[i].c_str());
  answer(message);
}

uint64_t number(std::string_view text) {
  uint64_t value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) _exit(125);
  return value;
}

}  // namespace

int main(int count, char** words) {
  // Whoever started us may have left descriptors open that are none of our business.
  syscall(SYS_close_range, static_cast<unsigned>(bundler::LIST) + 1, ~0u, 0u);
  limit();
  std::string_view task = count > 1 ? words[1] : "";
  if (task == "pack" && count == 2) pack();
  else if (task == "look" && count == 4) read(number(words[2]), number(words[3]), -1);
  else if (task == "unpack" && count == 4) read(number(words[2]), number(words[3]), folder());
  else if (task == "survey" && count == 2) survey();
  else if (task == "debian" && count == 3) debian(number(words[2]));
  else return 125;
  return 0;
}
