// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/pairing.h"

#include <kj/debug.h>

#include "broker/base/random.h"
#include "broker/base/text.h"
#include "portals/peer/digest.h"
#include "portals/peer/failure.h"
#include "portals/peer/words.h"

namespace latchkey::peer {
namespace {

constexpr auto STEP = 5 * kj::SECONDS;
// For the other side's person, once ours has answered.
constexpr auto PATIENCE = 10 * kj::MINUTES;

constexpr size_t NAME_SIZE = 64, INVITATION_SIZE = 16;
constexpr size_t NUMBER_SIZE = DIGEST_SIZE;
// Who: the certificate's length (two bytes, low first), the certificate, the name's length, the name; rests are zero.
constexpr size_t NAME_AT = 2 + MOST_OF_A_CERTIFICATE;
constexpr size_t WHO_SIZE = NAME_AT + 1 + NAME_SIZE;
// Then a number (a commitment, where words are joined by), and an invitation's id or zeros.
constexpr size_t HELLO_SIZE = WHO_SIZE + NUMBER_SIZE + INVITATION_SIZE;
constexpr size_t VERDICT_SIZE = 1 + DIGEST_SIZE;
constexpr char YES = 'y', NO = 'n';

constexpr std::string_view COMMIT = "latchkey words commit 1";
constexpr std::string_view WORDS = "latchkey words 1";
constexpr std::string_view INVITED = "latchkey invitation 1";

// --- the transcript, all of it here. Parts are of a fixed size, so that they cannot be taken for one another.

std::string commitment(std::string_view number, std::string_view joins) { return digest({COMMIT, number, joins}); }

std::string wordsTranscript(std::string_view joins, std::string_view admits, std::string_view joinsNumber,
                            std::string_view admitsNumber) {
  return digest({WORDS, joins, admits, joinsNumber, admitsNumber});
}

std::string invitationTranscript(std::string_view invitation, std::string_view joins, std::string_view admits,
                                 std::string_view joinsNumber, std::string_view admitsNumber) {
  return digest({INVITED, invitation, joins, admits, joinsNumber, admitsNumber});
}

// ---

std::string padded(std::string_view text, size_t size) {
  KJ_REQUIRE(text.size() <= size);
  std::string all(text);
  all.resize(size, '\0');
  return all;
}

bool isZero(std::string_view bytes) { return bytes.find_first_not_of('\0') == bytes.npos; }

}  // namespace

Pairing::Pairing(kj::AsyncIoStream& stream, kj::Timer& timer, const OwnIdentity& own, std::string ownName,
                 PairingHost& host)
    : m_stream(stream), m_timer(timer), m_own(own), m_ownName(kj::mv(ownName)), m_host(host) {
  auto size = m_own.certificate.size();
  std::string length{static_cast<char>(size & 0xff), static_cast<char>(size >> 8)};
  m_ownName.resize(std::min(m_ownName.size(), NAME_SIZE));
  m_ownField = length + padded(m_own.certificate, MOST_OF_A_CERTIFICATE) +
               std::string(1, static_cast<char>(m_ownName.size())) + padded(m_ownName, NAME_SIZE);
}

std::string Pairing::ownHello(std::string_view number, std::string_view invitation) const {
  return m_ownField + padded(number, NUMBER_SIZE) + padded(invitation, INVITATION_SIZE);
}

kj::Promise<void> Pairing::say(std::string bytes) {
  co_await within(m_timer, STEP, m_stream.write(bytes.data(), bytes.size()));
}

kj::Promise<std::string> Pairing::hear(size_t size) {
  std::string bytes(size, '\0');
  auto count = co_await m_stream.tryRead(bytes.data(), size, size);
  if (count != size) fail(Why::BROKEN);
  co_return kj::mv(bytes);
}

kj::Promise<void> Pairing::meet() {
  auto hello = co_await within(m_timer, STEP, hear(HELLO_SIZE));
  std::string_view all = hello;
  auto certificateSize = static_cast<unsigned char>(all[0]) + 256u * static_cast<unsigned char>(all[1]);
  auto nameSize = static_cast<unsigned char>(all[NAME_AT]);
  if (certificateSize > MOST_OF_A_CERTIFICATE || nameSize > NAME_SIZE) fail(Why::BROKEN);
  auto certificate = all.substr(2, certificateSize);
  auto name = all.substr(NAME_AT + 1, nameSize);
  if (!isZero(all.substr(2 + certificateSize, MOST_OF_A_CERTIFICATE - certificateSize)) ||
      !isZero(all.substr(NAME_AT + 1 + nameSize, NAME_SIZE - nameSize))) {
    fail(Why::BROKEN);
  }
  KJ_IF_MAYBE (id, idOf(certificate)) {
    if (*id == m_own.id) fail(Why::BROKEN);  // Ourselves, or who says what we say.
    m_stranger = {std::string(certificate), *id, brief(name, NAME_SIZE)};
  } else {
    fail(Why::BROKEN);
  }
  m_theirField = all.substr(0, WHO_SIZE);
  m_theirNumber = all.substr(WHO_SIZE, NUMBER_SIZE);
  m_theirInvitation = all.substr(WHO_SIZE + NUMBER_SIZE);
}

kj::Promise<Pairing::Verdict> Pairing::verdict() {
  auto bytes = co_await hear(VERDICT_SIZE);
  if (bytes[0] != YES && bytes[0] != NO) fail(Why::BROKEN);
  co_return Verdict{bytes[0] == YES, bytes.substr(1)};
}

kj::Promise<void> Pairing::sayVerdict(bool yes, std::string proof) {
  return say(std::string(1, yes ? YES : NO) + padded(proof, DIGEST_SIZE));
}

kj::Promise<Stranger> Pairing::joinByWords() {
  auto number = randomBytes(NUMBER_SIZE);
  co_await say(ownHello(commitment(number, m_ownField), {}));
  co_await meet();
  co_await say(number);
  co_await compare(wordsTranscript(m_ownField, m_theirField, number, m_theirNumber), Role::JOINS);
  co_return m_stranger;
}

kj::Promise<Stranger> Pairing::admitByWords() {
  co_await meet();
  auto committed = m_theirNumber;
  auto number = randomBytes(NUMBER_SIZE);
  co_await say(ownHello(number, {}));
  auto revealed = co_await within(m_timer, STEP, hear(NUMBER_SIZE));
  if (!isSame(commitment(revealed, m_theirField), committed)) fail(Why::BROKEN);
  co_await compare(wordsTranscript(m_theirField, m_ownField, revealed, number), Role::ADMITS);
  co_return m_stranger;
}

// Whichever person answers first: who says no, or is gone, ends the other's question.
kj::Promise<void> Pairing::compare(std::string transcript, Role role) {
  auto words = wordsOf(std::string_view(transcript).substr(0, WORDS_COMPARED));
  auto theirs = verdict().then([](Verdict said) { return said.yes; }).fork();
  auto no = theirs.addBranch().then([](bool yes) -> kj::Promise<bool> {
    if (!yes) fail(Why::DIFFER);
    return kj::NEVER_DONE;
  });
  auto ours = m_host.compare(m_stranger, kj::mv(words), role).catch_([](kj::Exception&& exception) {
    // The question went away. With its broker, nobody has said anything.
    if (exception.getType() == kj::Exception::Type::DISCONNECTED) fail(Why::BROKEN);
    return false;
  });
  auto yes = co_await ours.exclusiveJoin(kj::mv(no));
  co_await sayVerdict(yes);
  if (!yes || !co_await within(m_timer, PATIENCE, theirs.addBranch())) fail(Why::DIFFER);
  co_await m_host.paired(m_stranger, {});
}

kj::Promise<Stranger> Pairing::joinByInvitation(Invitation invitation) {
  KJ_REQUIRE(invitation.id.size() == INVITATION_SIZE, "no invitation's id");
  auto number = randomBytes(NUMBER_SIZE);
  co_await say(ownHello(number, invitation.id));
  co_await meet();
  if (m_stranger.id != invitation.machine) fail(Why::KEY_CHANGED);
  auto transcript = invitationTranscript(invitation.id, m_ownField, m_theirField, number, m_theirNumber);
  co_await say(proof(invitation.secret, {"j", transcript}));
  // On their side it is written down in between.
  auto said = co_await within(m_timer, 2 * STEP, verdict());
  if (!said.yes) fail(Why::NOT_ADMITTING);
  if (!isSame(said.proof, proof(invitation.secret, {"i", transcript}))) fail(Why::BROKEN);
  co_await m_host.paired(m_stranger, invitation.id);
  co_return m_stranger;
}

kj::Promise<Stranger> Pairing::admitByInvitation() {
  co_await meet();
  auto number = randomBytes(NUMBER_SIZE);
  co_await say(ownHello(number, {}));
  auto theirs = co_await within(m_timer, STEP, hear(DIGEST_SIZE));
  auto transcript = invitationTranscript(m_theirInvitation, m_theirField, m_ownField, m_theirNumber, number);
  std::string ours;
  try {
    ours = co_await m_host.redeem(m_stranger, m_theirInvitation, transcript, theirs);
  } catch (const kj::Exception&) {
    // Why is the broker's to know. Cannot be waited for here.
  }
  if (ours.size() != DIGEST_SIZE) {
    co_await sayVerdict(false);
    fail(Why::NOT_ADMITTING);
  }
  // First here, then there: who was told that it is done finds us knowing it.
  co_await m_host.paired(m_stranger, m_theirInvitation);
  co_await sayVerdict(true, ours);
  co_return m_stranger;
}

}  // namespace latchkey::peer
