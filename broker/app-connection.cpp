// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <kj/debug.h>

#include "broker/app-session.h"
#include "broker/base/log.h"

namespace latchkey {
namespace {

constexpr size_t CONNECTIONS = 16;
constexpr size_t MESSAGE_WORDS = 16 * 1024;
constexpr int NESTING = 16;
constexpr size_t LIFETIME_BYTES = 1 << 20;
constexpr size_t FLOW_WORDS = 64 * 1024;

// Every question an app leaves open costs memory here. What it may have said in all bounds that, whatever it says.
class Bounded final : public kj::AsyncIoStream {
public:
  explicit Bounded(kj::Own<kj::AsyncIoStream> inner) : m_inner(kj::mv(inner)) {}

  kj::Promise<size_t> tryRead(void* buffer, size_t minBytes, size_t maxBytes) override {
    return m_inner->tryRead(buffer, minBytes, maxBytes).then([this](size_t count) {
      m_read += count;
      KJ_REQUIRE(m_read <= LIFETIME_BYTES, "an app said too much on one connection");
      return count;
    });
  }
  kj::Promise<void> write(const void* buffer, size_t size) override { return m_inner->write(buffer, size); }
  kj::Promise<void> write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) override {
    return m_inner->write(pieces);
  }
  kj::Promise<void> whenWriteDisconnected() override { return m_inner->whenWriteDisconnected(); }
  void shutdownWrite() override { m_inner->shutdownWrite(); }
  void abortRead() override { m_inner->abortRead(); }

private:
  kj::Own<kj::AsyncIoStream> m_inner;
  size_t m_read = 0;
};

}  // namespace

class AppConnections::Connection final {
public:
  Connection(uint64_t number, kj::Own<kj::AsyncIoStream> stream, schema::AppSession::Client session)
      : m_number(number),
        m_stream(kj::mv(stream)),
        m_network(m_stream, capnp::rpc::twoparty::Side::SERVER,
                  {.traversalLimitInWords = MESSAGE_WORDS, .nestingLimit = NESTING}),
        m_rpc(capnp::makeRpcServer(m_network, kj::mv(session))) {
    m_rpc.setFlowLimit(FLOW_WORDS);
  }

  kj::Promise<void> hungUp() { return m_network.onDisconnect(); }
  uint64_t number() const { return m_number; }

private:
  uint64_t m_number;
  Bounded m_stream;
  capnp::TwoPartyVatNetwork m_network;
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> m_rpc;
};

AppConnections::AppConnections(AppSessions& sessions) : m_sessions(sessions), m_tasks(*this) {}

AppConnections::~AppConnections() noexcept(false) = default;

void AppConnections::open(const InstanceId& instance, kj::Own<kj::AsyncIoStream> stream) {
  auto& list = m_connections[instance];
  if (list.size() >= CONNECTIONS) return;
  auto number = ++m_lastNumber;
  list.push_back(kj::heap<Connection>(number, kj::mv(stream), m_sessions.session(instance)));
  m_tasks.add(
      list.back()->hungUp().catch_([](kj::Exception&&) {}).then([this, instance, number] { close(instance, number); }));
}

void AppConnections::close(const InstanceId& instance, uint64_t number) {
  auto found = m_connections.find(instance);
  if (found != m_connections.end()) {
    found->second.remove_if([&](auto& one) { return one->number() == number; });
  }
}

void AppConnections::closeAll(const InstanceId& instance) { m_connections.erase(instance); }

size_t AppConnections::count(const InstanceId& instance) const {
  auto found = m_connections.find(instance);
  return found == m_connections.end() ? 0 : found->second.size();
}

void AppConnections::taskFailed(kj::Exception&& exception) { logInfo("an app's connection: " + reason(exception)); }

}  // namespace latchkey
