// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// How two machines that do not know each other come to: a few messages of a fixed size, in the clear.
//
// They agree on nothing but which certificate is the other's. Who stands between and puts in certificates of their own
// is found out by what both sides compute over all that was said (the transcript):
// - by words: the joining side is bound by a commitment before it sees the other's number, so that whoever plays both
//   sides has one guess at four words, and the persons compare them;
// - by invitation: both prove that they know its secret, each over the transcript. The joining side looks first whether
//   the certificate is the one that the invitation names; a secret is not shown to anybody else.
//
// README.md has the bytes.

#include <kj/async-io.h>
#include <kj/timer.h>

#include <string>
#include <vector>

#include "portals/peer/certificate.h"

namespace latchkey::peer {

struct Stranger {
  std::string certificate, id;
  std::string name;  // What it calls itself, escaped.
};

struct Invitation {
  std::string id, secret;  // 16 bytes each.
  std::string machine;     // Who made it.
};

enum class Role { JOINS, ADMITS };

// Who decides.
class PairingHost {
public:
  virtual ~PairingHost() noexcept(false) = default;
  // Whether the person says that the words are the same. Dropped when it no longer matters.
  virtual kj::Promise<bool> compare(const Stranger& stranger, std::vector<std::string> words, Role role) = 0;
  // Our proof. Fails if the invitation is not good, or theirs is not.
  virtual kj::Promise<std::string> redeem(const Stranger& stranger, std::string invitation, std::string transcript,
                                          std::string proof) = 0;
  // Both agreed. On disk when it returns. `invitation`: its id, or empty.
  virtual kj::Promise<void> paired(const Stranger& stranger, std::string invitation) = 0;
};

// One exchange, after the preambles. Each fails with a `LinkFailure`.
class Pairing {
public:
  Pairing(kj::AsyncIoStream& stream, kj::Timer& timer, const OwnIdentity& own, std::string ownName, PairingHost& host);

  kj::Promise<Stranger> joinByWords();
  kj::Promise<Stranger> joinByInvitation(Invitation invitation);
  kj::Promise<Stranger> admitByWords();
  kj::Promise<Stranger> admitByInvitation();

  // Once their certificate has been looked at; for the journal.
  const std::string& machine() const { return m_stranger.id; }

private:
  struct Verdict {
    bool yes = false;
    std::string proof;
  };

  std::string ownHello(std::string_view number, std::string_view invitation) const;
  kj::Promise<void> say(std::string bytes);
  kj::Promise<std::string> hear(size_t size);
  // Reads their hello: whose it is, and `number` and `invitation`.
  kj::Promise<void> meet();
  kj::Promise<void> compare(std::string transcript, Role role);
  kj::Promise<Verdict> verdict();
  kj::Promise<void> sayVerdict(bool yes, std::string proof = {});

  kj::AsyncIoStream& m_stream;
  kj::Timer& m_timer;
  const OwnIdentity& m_own;
  std::string m_ownName;
  PairingHost& m_host;
  Stranger m_stranger;
  // As they were sent.
  std::string m_ownField, m_theirField;
  std::string m_theirNumber, m_theirInvitation;
};

}  // namespace latchkey::peer
