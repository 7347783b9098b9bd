// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/link.h"

#include "broker/base/log.h"
#include "broker/base/start-broker.h"

namespace latchkey::cli {
namespace {

constexpr int CONNECT_TRIES = 20;
constexpr auto CONNECT_PAUSE = 25 * kj::MILLISECONDS;

kj::AutoCloseFd brokerOf(const Places& places) {
  try {
    return ensureBroker(places);
  } catch (const kj::Exception& exception) {
    throw Unreachable(reason(exception));
  }
}

}  // namespace

const Places& Link::places() {
  if (m_places == nullptr) m_places = Places::fromEnvironment();
  return KJ_ASSERT_NONNULL(m_places);
}

schema::Person::Client Link::person() {
  if (m_lost) connect(brokerOf(places()));
  return m_connection->bootstrap().castAs<schema::Person>();
}

schema::Person::Client Link::personWhoAnswers() {
  for (int tried = 0; tried < CONNECT_TRIES; ++tried) {
    auto client = person();
    bool answers = client.statusRequest()
                       .send()
                       .then([](auto&&) { return true; },
                             [](kj::Exception&& e) {
                               if (e.getType() != kj::Exception::Type::DISCONNECTED) kj::throwFatalException(kj::mv(e));
                               return false;
                             })
                       .wait(m_io.waitScope);
    if (answers) return client;
    m_io.provider->getTimer().afterDelay(CONNECT_PAUSE).wait(m_io.waitScope);
    m_lost = true;
  }
  return person();
}

kj::Maybe<schema::Person::Client> Link::tryPerson() {
  if (m_lost) {
    KJ_IF_MAYBE (fd, tryConnect(places().personSocket())) connect(kj::mv(*fd));
    else return nullptr;
  }
  return m_connection->bootstrap().castAs<schema::Person>();
}

void Link::connect(kj::AutoCloseFd fd) {
  m_watch = nullptr;
  m_connection = nullptr;
  auto stream = m_io.lowLevelProvider->wrapUnixSocketFd(fd.release(), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  m_connection = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::CLIENT);
  m_lost = false;
  m_watch = m_connection->disconnected().then([this] { m_lost = true; }).eagerlyEvaluate(nullptr);
}

}  // namespace latchkey::cli
