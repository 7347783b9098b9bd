// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// TLS between two machines that know each other's one certificate.
//
// OpenSSL itself, not kj-tls: that judges by chains of trust, where each pinned certificate is an authority, and tells
// only a name. Here the certificate that the other side proved to have the key of is compared with the pinned one, all
// of it, and nothing else is looked at: no chain, no name, no date, no store of the system's. TLS 1.3 alone, no
// tickets, no resumption, no early data, so that each connection begins with this comparison.
//
// Known hole: in TLS the other side's certificate is parsed (by OpenSSL) before it is compared.

#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "portals/peer/certificate.h"

namespace latchkey::peer {

// Whose certificate this is, if they may be spoken with.
using Judge = std::function<kj::Maybe<std::string>(std::string_view certificate)>;

enum class TlsSide { CONNECTS, ACCEPTS };

class TlsContext {
public:
  explicit TlsContext(const OwnIdentity& own);
  SSL_CTX* get() const { return m_context.get(); }

private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> m_context;
};

// A connected socket, encrypted. Every failure is a `LinkFailure`.
class TlsStream final : public kj::AsyncIoStream {
public:
  TlsStream(kj::UnixEventPort& port, kj::AutoCloseFd socket, const TlsContext& context, TlsSide side, Judge judge);
  ~TlsStream() noexcept(false);

  // Returns who it is. Fails with
  // - `refused`: the other side does not take our certificate. Who connects may hear of that only at the first read;
  // - `keyChanged`: we do not take theirs;
  // - `broken`.
  kj::Promise<std::string> shakeHands();
  // After we did not take theirs: what was said last stays readable for them. A socket that is closed with something
  // unread is reset, and a client has written before it hears that it is refused. Returns when they have hung up or
  // said too much.
  kj::Promise<void> letItBeHeard();

  kj::Promise<size_t> tryRead(void* buffer, size_t minBytes, size_t maxBytes) override;
  kj::Promise<void> write(const void* buffer, size_t size) override;
  kj::Promise<void> write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) override;
  kj::Promise<void> whenWriteDisconnected() override;
  void shutdownWrite() override;
  void abortRead() override;

private:
  friend class TlsContext;
  static int judge(X509_STORE_CTX* store, void*);
  // What a call of OpenSSL returned: waits and is true if it is to be made again.
  kj::Promise<bool> mustRepeat(int result);

  kj::AutoCloseFd m_socket;
  kj::UnixEventPort::FdObserver m_observer;
  std::unique_ptr<SSL, decltype(&SSL_free)> m_ssl;
  Judge m_judge;
  std::string m_machine;
  bool m_judged = false, m_shaken = false, m_aborted = false;
};

}  // namespace latchkey::peer
