// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Figures of machines for tests/bench/machines.py:
//   peer-bench all ROUNDS       calls and streams between two portals, and the same over TLS alone: lines of "row who
//   value" peer-bench hold COUNT       one portal with so many sessions; prints its process id and waits for its input
//   to end peer-bench sink             accepts connections and swallows what comes; prints its port peer-bench push
//   PORT BYTES  connects, says so much, and prints the seconds until all of it was taken

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "broker/base/descriptor.h"
#include "portals/peer/preamble.h"
#include "portals/peer/session.h"
#include "portals/peer/tls.h"
#include "tests/portals/peer/peer-world.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

using Moment = std::chrono::steady_clock::time_point;

const std::string TOKEN(32, 'k');
constexpr size_t STREAM = 256 << 20;
constexpr int CALLS = 2000;

Moment now() { return std::chrono::steady_clock::now(); }
double since(Moment when) { return std::chrono::duration<double>(now() - when).count(); }
void tell(const char* row, const char* who, double value) { printf("%s %s %.3f\n", row, who, value); }

double median(std::vector<double> all) {
  std::ranges::sort(all);
  return all[all.size() / 2];
}

void sayAll(int socket, size_t size) {
  static const std::string chunk(65536, 'x');
  while (size > 0) {
    auto sent = send(socket, chunk.data(), std::min(size, chunk.size()), MSG_NOSIGNAL);
    KJ_ASSERT(sent > 0);
    size -= static_cast<size_t>(sent);
  }
}

// Swallows all; says one byte when it has ended.
void swallow(int socket) {
  std::vector<char> buffer(1 << 18);
  while (recv(socket, buffer.data(), buffer.size(), 0) > 0) {}
  send(socket, "e", 1, MSG_NOSIGNAL);
}

void waitForEnd(int socket) {
  char byte;
  KJ_ASSERT(recv(socket, &byte, 1, 0) == 1);
}

// --- TLS alone, between two processes

struct RawTls {
  explicit RawTls(World& world, const std::string& key, const std::string& certificate, bool echoes) {
    auto wire = world.wire();
    pid = fork();
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      auto* ssl = made(wire.far, key, certificate);
      KJ_ASSERT(SSL_accept(ssl) == 1);
      std::vector<char> buffer(1 << 18);
      for (int count; (count = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()))) > 0;) {
        if (echoes) SSL_write(ssl, buffer.data(), count);
      }
      if (!echoes) SSL_write(ssl, "e", 1);
      _exit(0);
    }
    socket = kj::mv(wire.near);
    ssl = made(socket, key, certificate);
    KJ_ASSERT(SSL_connect(ssl) == 1);
  }
  ~RawTls() {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  static SSL* made(int socket, const std::string& key, const std::string& certificate) {
    auto* context = SSL_CTX_new(TLS_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_read_ahead(context, 1);
    auto* at = reinterpret_cast<const unsigned char*>(key.data());
    auto* parsed = d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(key.size()));
    SSL_CTX_use_certificate_ASN1(context, static_cast<int>(certificate.size()),
                                 reinterpret_cast<const unsigned char*>(certificate.data()));
    SSL_CTX_use_PrivateKey(context, parsed);
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, 1 /* TCP_NODELAY */, &on, sizeof on);
    auto* ssl = SSL_new(context);
    SSL_set_fd(ssl, socket);
    return ssl;
  }
  int pid = 0;
  kj::AutoCloseFd socket;
  SSL* ssl = nullptr;
};

void measureRaw(World& world, Machine& machine) {
  {
    RawTls raw(world, machine.key, machine.certificate, true);
    std::vector<double> all;
    char message[128] = {};
    for (int i = 0; i < CALLS; ++i) {
      // As a machine's ping goes: asked for in between by another process, so nothing is warm.
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      auto began = now();
      KJ_ASSERT(SSL_write(raw.ssl, message, sizeof message) == sizeof message);
      KJ_ASSERT(SSL_read(raw.ssl, message, sizeof message) == sizeof message);
      all.push_back(since(began) * 1e6);
    }
    tell("call", "tls", median(all));
  }
  RawTls raw(world, machine.key, machine.certificate, false);
  std::string chunk(65536, 'x');
  auto began = now();
  for (size_t said = 0; said < STREAM; said += chunk.size()) {
    KJ_ASSERT(SSL_write(raw.ssl, chunk.data(), static_cast<int>(chunk.size())) > 0);
  }
  SSL_shutdown(raw.ssl);
  char byte;
  KJ_ASSERT(SSL_read(raw.ssl, &byte, 1) == 1);
  tell("stream", "tls", STREAM / since(began) / 1e6);
}

// --- two portals

void measureOurs(World& world, Machine& a, Machine& b) {
  std::vector<double> all;
  for (int i = 0; i < CALLS; ++i) {
    world.io.provider->getTimer().afterDelay(200 * kj::MICROSECONDS).wait(world.io.waitScope);
    all.push_back(static_cast<double>(world.wait(a.far(b).measureRequest().send()).getMicroseconds()));
  }
  tell("call", "latchkey", median(all));

  auto service = std::make_shared<Service>(world);
  service->echoes = false;
  b.services[TOKEN] = service;
  auto socket = connected(world, a.restore(b, TOKEN));
  std::thread sink([&] { swallow(*service->sockets.at(0)); });
  double took = 0;
  world.aside([&] {
    auto began = now();
    sayAll(socket, STREAM);
    shutdown(socket, SHUT_WR);
    waitForEnd(socket);
    took = since(began);
  });
  sink.join();
  tell("stream", "latchkey", STREAM / took / 1e6);
}

// The same as `ssh -L` in the place of two portals: from one TCP connection to another.
void measureForward(World& world, Machine& a, Machine& b) {
  auto inside = world.wire(), outside = world.wire();
  auto service = std::make_shared<Service>(world);
  service->given = kj::mv(outside.near);
  b.services[TOKEN] = service;
  auto call = a.restore(b, TOKEN).connectRequest();
  call.setSocket(descriptorOf(kj::mv(inside.far)));
  world.wait(call.send().ignoreResult());
  std::thread sink([&] { swallow(outside.far); });
  double took = 0;
  world.aside([&] {
    auto began = now();
    sayAll(inside.near, STREAM);
    shutdown(inside.near, SHUT_WR);
    waitForEnd(inside.near);
    took = since(began);
  });
  sink.join();
  tell("forward", "latchkey", STREAM / took / 1e6);
}

// --- many sessions: the others live in this process

kj::Promise<void> holdOne(World& world, Machine& hub, std::vector<std::shared_ptr<peer::Session>>& sessions,
                          const peer::OwnIdentity& own) {
  auto& timer = world.io.provider->getTimer();
  auto wire = world.wire();
  hub.accept(kj::mv(wire.far));
  {
    auto plain = world.io.lowLevelProvider->wrapSocketFd(wire.near.get());
    co_await peer::send(*plain, {});
    co_await peer::receive(*plain);
  }
  static std::vector<std::unique_ptr<peer::TlsContext>> contexts;
  contexts.push_back(std::make_unique<peer::TlsContext>(own));
  auto tls = kj::heap<peer::TlsStream>(world.io.unixEventPort, kj::mv(wire.near), *contexts.back(),
                                       peer::TlsSide::CONNECTS, [](auto) { return kj::Maybe<std::string>("hub"); });
  co_await tls->shakeHands();
  capnp::MallocMessageBuilder message;
  auto hello = message.initRoot<schema::Hello>();
  hello.setVersion(1);
  auto session = std::make_shared<peer::Session>(world.io.unixEventPort, timer, kj::mv(tls), peer::Begun::HERE, hello);
  session->answer();
  sessions.push_back(session);
  session->run().detach([](kj::Exception&&) {});
  co_await session->greet();
}

void hold(int count) {
  World world;
  auto& hub = world.machine("hub");
  std::vector<peer::OwnIdentity> others;
  std::vector<Machine::Pinned> pinned;
  for (int i = 0; i < count; ++i) {
    others.push_back(peer::makeIdentity());
    pinned.push_back({others.back().id, others.back().certificate});
  }
  hub.knows({}, 1, pinned);
  std::vector<std::shared_ptr<peer::Session>> sessions;
  for (auto& own : others) world.wait(holdOne(world, hub, sessions, own));
  KJ_ASSERT(world.until([&] { return hub.count("connected") == static_cast<size_t>(count); }));
  printf("%d\n", hub.pid());
  fflush(stdout);
  world.aside(
      [] {
        char byte;
        while (read(0, &byte, 1) > 0) {}
      },
      600);
  for (auto& session : sessions) session->end({});
  sessions.clear();
  world.pass(50);
}

// --- for others to be measured with

void sink() {
  kj::AutoCloseFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  KJ_SYSCALL(bind(listener, reinterpret_cast<sockaddr*>(&address), size));
  KJ_SYSCALL(listen(listener, 4));
  KJ_SYSCALL(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size));
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    kj::AutoCloseFd one(accept(listener, nullptr, nullptr));
    swallow(one);
  }
}

void push(uint16_t port, size_t bytes) {
  kj::AutoCloseFd one(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  KJ_SYSCALL(connect(one, reinterpret_cast<sockaddr*>(&address), sizeof address));
  auto began = now();
  sayAll(one, bytes);
  shutdown(one, SHUT_WR);
  waitForEnd(one);
  printf("%.6f\n", since(began));
}

}  // namespace

int main(int count, char** words) {
  signal(SIGPIPE, SIG_IGN);
  std::string what = count > 1 ? words[1] : "";
  auto number = [&](int at) { return count > at ? atoi(words[at]) : 0; };
  if (what == "sink") sink();
  if (what == "push") return push(static_cast<uint16_t>(number(2)), static_cast<size_t>(number(3))), 0;
  if (what == "hold") return hold(number(2)), 0;
  if (what != "all") return 2;
  for (int round = 0; round < number(2); ++round) {
    World world;
    auto &a = world.machine("a"), &b = world.machine("b");
    a.knows({&b});
    b.knows({&a});
    KJ_ASSERT(world.connect(a, b) == "ok");
    measureOurs(world, a, b);
    measureForward(world, a, b);
    measureRaw(world, a);
  }
}
