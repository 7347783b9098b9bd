// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A machine that plays foul: TLS as it likes it, and Cap'n Proto written by hand. Nothing of the product's. It blocks:
// to be used in World::aside.

#include <capnp/message.h>
#include <capnp/rpc.capnp.h>
#include <kj/io.h>
#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>

namespace latchkey::test {

class Hostile {
public:
  struct Tls {
    std::string key, certificate;
    int version = TLS1_3_VERSION;
    bool connects = true;  // Else it accepts.
  };

  explicit Hostile(kj::AutoCloseFd socket);
  ~Hostile();

  // In the clear.
  bool sayPlain(const std::string& bytes);
  std::string hearPlain(size_t most, int seconds = 3);  // What has come within that time.
  bool preamble(char purpose = 'S', int version = 1);   // Says it and hears one.
  bool shakeHands(const Tls& tls);
  // Whether the other side still talks to us: of use after shakeHands, where who connects is told late.
  bool isHeard();

  bool say(const std::string& bytes);
  std::string hear(int seconds = 3);  // Some bytes; nothing at the end, or after that time.
  bool hearsAlert(int seconds = 3);   // The next is why they hang up, in TLS's words.
  bool isOver(int seconds);           // Reads on until the other side hangs up.
  int descriptor() const { return m_socket.get(); }

  // --- messages
  using Fill = std::function<void(capnp::rpc::Message::Builder)>;
  static std::string message(const Fill& fill);
  bool say(const Fill& fill) { return say(message(fill)); }
  // The next message, or nothing.
  std::unique_ptr<capnp::MessageReader> next(int seconds = 3);
  // Bootstrap as question 0 and greet as question 1, and answers theirs: a session is there.
  bool greet(int version = 1, const std::string& name = "evil");
  // Answers what they ask meanwhile, until the return of `question`: its exception's text, or "ok".
  std::string answerTo(uint32_t question, int seconds = 5);
  uint32_t lastImport = 0;  // The capability in the results of the last answer.
  // A call of a method of the machine's bootstrap.
  uint32_t call(uint16_t method, const std::function<void(capnp::AnyPointer::Builder)>& params);
  uint32_t callOn(uint32_t import, uint64_t interface, uint16_t method,
                  const std::function<void(capnp::AnyPointer::Builder)>& params, int exported = -1);

private:
  kj::AutoCloseFd m_socket;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> m_context;
  std::unique_ptr<SSL, decltype(&SSL_free)> m_ssl;
  std::string m_buffer;
  uint32_t m_question = 1;
  uint16_t m_version = 1;
  std::string m_name;
};

}  // namespace latchkey::test
