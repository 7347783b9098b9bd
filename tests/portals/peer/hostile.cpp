// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/portals/peer/hostile.h"

#include <capnp/serialize.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include <openssl/err.h>
#include "broker/schema/machine.capnp.h"

namespace latchkey::test {
namespace {

using Message = capnp::rpc::Message;

bool isReadable(int socket, int milliseconds) {
  pollfd one{socket, POLLIN, 0};
  return poll(&one, 1, milliseconds) > 0;
}

}  // namespace

Hostile::Hostile(kj::AutoCloseFd socket)
    : m_socket(kj::mv(socket)), m_context(nullptr, SSL_CTX_free), m_ssl(nullptr, SSL_free) {
  timeval time{5, 0};
  setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  setsockopt(m_socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

Hostile::~Hostile() = default;

bool Hostile::sayPlain(const std::string& bytes) {
  return send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

std::string Hostile::hearPlain(size_t most, int seconds) {
  std::string all(most, '\0');
  if (!isReadable(m_socket, seconds * 1000)) return {};
  auto count = recv(m_socket, all.data(), most, 0);
  all.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return all;
}

bool Hostile::preamble(char purpose, int version) {
  std::string bytes = "LATCHKEY";
  bytes += static_cast<char>(version);
  bytes += purpose;
  bytes.resize(16, '\0');
  return sayPlain(bytes) && hearPlain(16).size() == 16;
}

bool Hostile::shakeHands(const Tls& tls) {
  m_context.reset(SSL_CTX_new(TLS_method()));
  auto* context = m_context.get();
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, tls.version);
  SSL_CTX_set_max_proto_version(context, tls.version);
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  if (!tls.certificate.empty()) {
    auto* at = reinterpret_cast<const unsigned char*>(tls.key.data());
    auto* key = d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(tls.key.size()));
    auto set = SSL_CTX_use_certificate_ASN1(context, static_cast<int>(tls.certificate.size()),
                                            reinterpret_cast<const unsigned char*>(tls.certificate.data())) == 1 &&
               SSL_CTX_use_PrivateKey(context, key) == 1;
    EVP_PKEY_free(key);
    if (!set) return false;
  }
  m_ssl.reset(SSL_new(context));
  SSL_set_fd(m_ssl.get(), m_socket);
  return (tls.connects ? SSL_connect(m_ssl.get()) : SSL_accept(m_ssl.get())) == 1;
}

bool Hostile::say(const std::string& bytes) {
  return SSL_write(m_ssl.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
}

std::string Hostile::hear(int seconds) {
  if (SSL_pending(m_ssl.get()) == 0 && !isReadable(m_socket, seconds * 1000)) return {};
  std::string all(65536, '\0');
  auto count = SSL_read(m_ssl.get(), all.data(), static_cast<int>(all.size()));
  all.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return all;
}

bool Hostile::hearsAlert(int seconds) {
  char byte;
  ERR_clear_error();
  if (!isReadable(m_socket, seconds * 1000) || SSL_read(m_ssl.get(), &byte, 1) > 0) return false;
  auto error = ERR_get_error();
  return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) >= SSL_AD_REASON_OFFSET;
}

bool Hostile::isHeard() { return !hear().empty(); }

bool Hostile::isOver(int seconds) {
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < until) {
    char bytes[65536];
    if (m_ssl) {
      if (SSL_pending(m_ssl.get()) == 0 && !isReadable(m_socket, 100)) continue;
      if (SSL_read(m_ssl.get(), bytes, sizeof bytes) <= 0) return true;
    } else {
      if (!isReadable(m_socket, 100)) continue;
      if (recv(m_socket, bytes, sizeof bytes, 0) <= 0) return true;
    }
  }
  return false;
}

// --- messages

std::string Hostile::message(const Fill& fill) {
  capnp::MallocMessageBuilder builder;
  fill(builder.initRoot<Message>());
  auto words = capnp::messageToFlatArray(builder);
  auto bytes = words.asBytes();
  return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()};
}

std::unique_ptr<capnp::MessageReader> Hostile::next(int seconds) {
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  for (;;) {
    auto whole = m_buffer.size() / sizeof(capnp::word);
    auto words = kj::heapArray<capnp::word>(whole);
    memcpy(words.begin(), m_buffer.data(), whole * sizeof(capnp::word));
    if (whole > 0 && capnp::expectedSizeInWordsFromPrefix(words) <= whole) {
      auto size = capnp::expectedSizeInWordsFromPrefix(words);
      struct Held final : public capnp::FlatArrayMessageReader {
        explicit Held(kj::Array<capnp::word> words) : FlatArrayMessageReader(words), words(kj::mv(words)) {}
        kj::Array<capnp::word> words;
      };
      auto one = kj::heapArray<capnp::word>(size);
      memcpy(one.begin(), m_buffer.data(), size * sizeof(capnp::word));
      m_buffer.erase(0, size * sizeof(capnp::word));
      return std::make_unique<Held>(kj::mv(one));
    }
    auto left = std::chrono::duration_cast<std::chrono::seconds>(until - std::chrono::steady_clock::now()).count();
    if (left < 0) return nullptr;
    auto more = hear(static_cast<int>(left) + 1);
    if (more.empty()) return nullptr;
    m_buffer += more;
  }
}

bool Hostile::greet(int version, const std::string& name) {
  m_version = static_cast<uint16_t>(version);
  m_name = name;
  say([](Message::Builder builder) { builder.initBootstrap().setQuestionId(0); });
  auto question = call(0, [&](capnp::AnyPointer::Builder params) {
    auto hello = params.initAs<schema::Machine::GreetParams>().initHello();
    hello.setVersion(m_version);
    hello.setName(m_name.c_str());
  });
  return answerTo(question) == "ok";
}

std::string Hostile::answerTo(uint32_t question, int seconds) {
  for (;;) {
    auto reader = next(seconds);
    if (!reader) return "nothing";
    auto message = reader->getRoot<Message>();
    if (message.isReturn() && message.getReturn().getAnswerId() == question) {
      auto answer = message.getReturn();
      if (answer.isException()) return answer.getException().getReason().cStr();
      if (answer.isResults() && answer.getResults().getCapTable().size() > 0) {
        lastImport = answer.getResults().getCapTable()[0].getSenderHosted();
      }
      return "ok";
    }
    if (message.isAbort()) return "abort";
    // Theirs: the bootstrap needs no answer for a greeting that is sent along with it.
    if (message.isCall() && message.getCall().getMethodId() == 0) {
      say([&](Message::Builder builder) {
        auto answer = builder.initReturn();
        answer.setAnswerId(message.getCall().getQuestionId());
        auto hello = answer.initResults().getContent().initAs<schema::Machine::GreetResults>().initHello();
        hello.setVersion(m_version);
        hello.setName(m_name.c_str());
      });
    }
  }
}

uint32_t Hostile::call(uint16_t method, const std::function<void(capnp::AnyPointer::Builder)>& params) {
  auto question = m_question++;
  say([&](Message::Builder builder) {
    auto call = builder.initCall();
    call.setQuestionId(question);
    call.initTarget().initPromisedAnswer().setQuestionId(0);
    call.setInterfaceId(capnp::typeId<schema::Machine>());
    call.setMethodId(method);
    params(call.initParams().getContent());
  });
  return question;
}

uint32_t Hostile::callOn(uint32_t import, uint64_t interface, uint16_t method,
                         const std::function<void(capnp::AnyPointer::Builder)>& params, int exported) {
  auto question = m_question++;
  say([&](Message::Builder builder) {
    auto call = builder.initCall();
    call.setQuestionId(question);
    call.initTarget().setImportedCap(import);
    call.setInterfaceId(interface);
    call.setMethodId(method);
    capnp::BuilderCapabilityTable
        table;  // Lets pointers to capabilities be written; which, the message's own table says.
    params(table.imbue(call.initParams().getContent()));
    if (exported >= 0) call.getParams().initCapTable(1)[0].setSenderHosted(static_cast<uint32_t>(exported));
  });
  return question;
}

}  // namespace latchkey::test
