// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/peer/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <limits>

#include "portals/peer/failure.h"

namespace latchkey::peer {
namespace {

// Before both are known: of a handshake, certificates and keys of two kinds are 3 KiB.
constexpr uint64_t MOST_BEFORE_KNOWN = 8192;
constexpr long MOST_OF_A_LIST = 2048;
constexpr size_t MOST_UNHEARD = 64 << 10;
constexpr size_t RECORD_SIZE = 16384;
// As many bytes pass in one turn; then it is somebody else's.
constexpr size_t TURN = 1 << 20;

std::string derOf(X509* certificate) {
  auto size = i2d_X509(certificate, nullptr);
  if (size <= 0) return {};
  std::string text(static_cast<size_t>(size), '\0');
  auto* at = reinterpret_cast<unsigned char*>(text.data());
  i2d_X509(certificate, &at);
  return text;
}

// Of the alerts, those that are about our certificate.
bool isRefusal(unsigned long error) {
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return false;
  switch (ERR_GET_REASON(error)) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED: return true;
    default: return false;
  }
}

int prepare(int socket) {
  int flags;
  KJ_SYSCALL(flags = fcntl(socket, F_GETFL));
  KJ_SYSCALL(fcntl(socket, F_SETFL, flags | O_NONBLOCK));
  int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

TlsContext::TlsContext(const OwnIdentity& own) : m_context(SSL_CTX_new(TLS_method()), SSL_CTX_free) {
  KJ_REQUIRE(m_context != nullptr, "no TLS");
  auto* context = get();
  KJ_REQUIRE(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1);
  KJ_REQUIRE(SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1);
  KJ_REQUIRE(SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256") == 1);
  KJ_REQUIRE(SSL_CTX_set1_groups_list(context, "X25519MLKEM768:X25519") == 1);
  KJ_REQUIRE(SSL_CTX_set1_sigalgs_list(context, "ECDSA+SHA256") == 1);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_max_cert_list(context, MOST_OF_A_LIST);
  // What is written may have moved by the time it is tried again. Who is silent keeps no buffers.
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
  // Each stream judges for itself, in place of all that OpenSSL would look at.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, &TlsStream::judge, nullptr);
  auto* key = reinterpret_cast<const unsigned char*>(own.key.data());
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> parsed(
      d2i_AutoPrivateKey(nullptr, &key, static_cast<long>(own.key.size())), EVP_PKEY_free);
  KJ_REQUIRE(parsed != nullptr && SSL_CTX_use_PrivateKey(context, parsed.get()) == 1, "no private key");
  KJ_REQUIRE(SSL_CTX_use_certificate_ASN1(context, static_cast<int>(own.certificate.size()),
                                          reinterpret_cast<const unsigned char*>(own.certificate.data())) == 1,
             "no certificate");
  KJ_REQUIRE(SSL_CTX_check_private_key(context) == 1, "the key is of another certificate");
}

TlsStream::TlsStream(kj::UnixEventPort& port, kj::AutoCloseFd socket, const TlsContext& context, TlsSide side,
                     Judge judge)
    : m_socket(kj::mv(socket)),
      m_observer(port, prepare(m_socket), kj::UnixEventPort::FdObserver::OBSERVE_READ_WRITE),
      m_ssl(SSL_new(context.get()), SSL_free),
      m_judge(kj::mv(judge)) {
  KJ_REQUIRE(m_ssl != nullptr && SSL_set_fd(m_ssl.get(), m_socket) == 1);
  SSL_set_app_data(m_ssl.get(), this);
  if (side == TlsSide::CONNECTS) SSL_set_connect_state(m_ssl.get());
  else SSL_set_accept_state(m_ssl.get());
}

TlsStream::~TlsStream() noexcept(false) = default;

int TlsStream::judge(X509_STORE_CTX* store, void*) {
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto& self = *static_cast<TlsStream*>(SSL_get_app_data(ssl));
  self.m_judged = true;
  auto* certificate = X509_STORE_CTX_get0_cert(store);
  KJ_IF_MAYBE (machine, self.m_judge(certificate == nullptr ? std::string() : derOf(certificate))) {
    self.m_machine = kj::mv(*machine);
    return 1;
  }
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
  return 0;
}

kj::Promise<bool> TlsStream::mustRepeat(int result) {
  auto error = SSL_get_error(m_ssl.get(), result);
  switch (error) {
    case SSL_ERROR_WANT_READ: co_await m_observer.whenBecomesReadable(); co_return true;
    case SSL_ERROR_WANT_WRITE: co_await m_observer.whenBecomesWritable(); co_return true;
    case SSL_ERROR_ZERO_RETURN: co_return false;
    default: break;
  }
  auto refused = false;
  while (auto one = ERR_get_error()) refused |= isRefusal(one);
  if (refused) fail(Why::REFUSED);
  if (m_judged && m_machine.empty()) fail(Why::KEY_CHANGED);
  fail(Why::BROKEN);
}

kj::Promise<std::string> TlsStream::shakeHands() {
  for (;;) {
    ERR_clear_error();
    auto result = SSL_do_handshake(m_ssl.get());
    if (result == 1) break;
    if (BIO_number_read(SSL_get_rbio(m_ssl.get())) > MOST_BEFORE_KNOWN) fail(Why::BROKEN);
    if (!co_await mustRepeat(result)) fail(Why::BROKEN);
  }
  // Nobody gets here unseen, whatever OpenSSL may be told to let pass.
  if (m_machine.empty()) fail(Why::KEY_CHANGED);
  m_shaken = true;
  co_return m_machine;
}

kj::Promise<void> TlsStream::letItBeHeard() {
  shutdown(m_socket, SHUT_WR);
  for (size_t total = 0; total < MOST_UNHEARD;) {
    kj::byte buffer[4096];
    auto count = recv(m_socket, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count > 0) total += static_cast<size_t>(count);
    else if (count < 0 && errno == EAGAIN) co_await m_observer.whenBecomesReadable();
    else if (count == 0 || errno != EINTR) co_return;
  }
}

kj::Promise<size_t> TlsStream::tryRead(void* buffer, size_t minBytes, size_t maxBytes) {
  KJ_REQUIRE(m_shaken, "read before it is known whose it is");
  size_t total = 0;
  while (total < minBytes) {
    if (m_aborted) co_return total;
    ERR_clear_error();
    size_t count = 0;
    auto result = SSL_read_ex(m_ssl.get(), static_cast<kj::byte*>(buffer) + total, maxBytes - total, &count);
    if (result == 1) {
      total += count;
    } else if (!co_await mustRepeat(result)) {
      co_return total;
    }
  }
  co_return total;
}

kj::Promise<void> TlsStream::write(const void* buffer, size_t size) {
  kj::ArrayPtr<const kj::byte> whole(static_cast<const kj::byte*>(buffer), size);
  co_await write(kj::arrayPtr(&whole, 1));
}

// Small pieces go together: each call of OpenSSL's is a record, and a system call.
kj::Promise<void> TlsStream::write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) {
  KJ_REQUIRE(m_shaken, "written before it is known whose it is");
  size_t left = 0, turn = 0;
  for (auto& piece : pieces) left += piece.size();
  auto record = kj::heapArray<kj::byte>(std::min(left, RECORD_SIZE));
  size_t filled = 0;
  for (auto piece : pieces) {
    while (piece.size() > 0) {
      auto count = std::min(piece.size(), record.size() - filled);
      std::copy_n(piece.begin(), count, record.begin() + filled);
      piece = piece.slice(count, piece.size());
      filled += count;
      left -= count;
      if (filled < record.size() && left > 0) continue;
      for (size_t at = 0; at < filled;) {
        ERR_clear_error();
        size_t written = 0;
        auto result = SSL_write_ex(m_ssl.get(), record.begin() + at, filled - at, &written);
        if (result == 1) at += written;
        else if (!co_await mustRepeat(result)) fail(Why::BROKEN);
      }
      turn += filled;
      filled = 0;
      if (turn >= TURN) {
        turn = 0;
        co_await kj::evalLater([] {});
      }
    }
  }
}

kj::Promise<void> TlsStream::whenWriteDisconnected() { return m_observer.whenWriteDisconnected(); }

void TlsStream::shutdownWrite() {
  ERR_clear_error();
  if (m_shaken) SSL_shutdown(m_ssl.get());
  shutdown(m_socket, SHUT_WR);
}

void TlsStream::abortRead() {
  m_aborted = true;
  shutdown(m_socket, SHUT_RD);
}

}  // namespace latchkey::peer
