// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/own-identity.h"

#include <capnp/serialize.h>
#include <errno.h>
#include <kj/debug.h>
#include <kj/io.h>
#include <unistd.h>

#include "broker/base/files.h"
#include "broker/grants/machine-record.h"
#include "broker/machines/wire.h"

namespace latchkey {
namespace {

constexpr size_t MOST_BYTES = 16 * 1024;

std::string pathIn(const std::string& state) { return state + "/machine-key"; }

}  // namespace

OwnIdentity identityFrom(const std::string& bytes) {
  kj::ArrayInputStream in(dataOf(bytes));
  capnp::ReaderOptions limits;
  limits.traversalLimitInWords = MOST_BYTES / sizeof(capnp::word);
  capnp::InputStreamMessageReader message(in, limits);
  auto identity = message.getRoot<schema::Identity>();
  OwnIdentity own{.key = textOf(identity.getKey()),
                  .certificate = textOf(identity.getCertificate()),
                  .id = textOf(identity.getId())};
  KJ_REQUIRE(!own.key.empty() && !own.certificate.empty() && isMachineId(own.id), "not a whole identity");
  return own;
}

kj::Maybe<OwnIdentity> findIdentity(const std::string& state) {
  auto path = pathIn(state);
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) return nullptr;
  auto bytes = tryReadFile(path, MOST_BYTES);
  kj::Maybe<OwnIdentity> found;
  KJ_IF_MAYBE (whole, bytes) {
    // What is wrong with it says nothing: it must not be told what is in it.
    (void)kj::runCatchingExceptions([&] { found = identityFrom(*whole); });
  }
  KJ_REQUIRE(
      found != nullptr,
      "this computer's key cannot be read; without it a new one is made, and every machine has to be added again",
      path);
  return found;
}

void keepIdentity(const std::string& state, const std::string& bytes) { replaceFile(pathIn(state), bytes, 0600); }

}  // namespace latchkey
