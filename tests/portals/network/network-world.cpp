// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "tests/portals/network/network-world.h"

#include <arpa/inet.h>
#include <capnp/schema.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "broker/base/address.h"
#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/ids.h"

namespace fs = std::filesystem;

namespace latchkey::test {
namespace {

constexpr auto COOKIE = "cccccccccccccccccccccccccccccccc";

kj::ArrayPtr<const kj::byte> bytes(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

std::string bin() { return getenv("LATCHKEY_BIN") ? getenv("LATCHKEY_BIN") : "/src/build/dev/bin"; }

void write(const std::string& place, const std::string& text) {
  std::ofstream file(place);
  file << text;
}

void end(int& pid) {
  if (pid <= 0) return;
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  pid = 0;
}

}  // namespace

// --- servers

Server::Server(World& world, const std::string& address, uint16_t wanted, bool udp) : m_world(world) {
  auto parsed = KJ_ASSERT_NONNULL(addressFrom(address));
  sockaddr_storage place;
  auto size = parsed.toSocket(wanted, place);
  bool isOurs = parsed == Address::v4(127, 0, 0, 1) || parsed == Address::v4(203, 0, 113, 2);
  inNetwork(isOurs ? Network::Here : Network::Beyond, [&] {
    m_socket = kj::AutoCloseFd(
        socket(parsed.v6 ? AF_INET6 : AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  });
  int on = 1;
  setsockopt(m_socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  KJ_SYSCALL(bind(m_socket, reinterpret_cast<sockaddr*>(&place), size), address.c_str());
  KJ_SYSCALL(getsockname(m_socket, reinterpret_cast<sockaddr*>(&place), &size));
  port = ntohs(reinterpret_cast<sockaddr_in*>(&place)->sin_port);
  if (!udp) {
    KJ_SYSCALL(listen(m_socket, 4096));
  }
  m_task =
      (udp ? answerDatagrams() : acceptAll()).eagerlyEvaluate([](kj::Exception&& problem) { KJ_LOG(ERROR, problem); });
}

Server::~Server() = default;

kj::Promise<void> Server::acceptAll() {
  kj::UnixEventPort::FdObserver observer(m_world.io().unixEventPort, m_socket,
                                         kj::UnixEventPort::FdObserver::OBSERVE_READ);
  for (;;) {
    kj::AutoCloseFd one(accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (one.get() < 0) {
      co_await observer.whenBecomesReadable();
      continue;
    }
    ++connections;
    m_served.add(serve(kj::mv(one)).eagerlyEvaluate([](kj::Exception&& problem) { KJ_LOG(ERROR, problem); }));
  }
}

kj::Promise<void> Server::serve(kj::AutoCloseFd socket) {
  ++open;
  KJ_DEFER({
    --open;
    onEnd();
  });
  kj::UnixEventPort::FdObserver observer(m_world.io().unixEventPort, socket,
                                         kj::UnixEventPort::FdObserver::OBSERVE_READ_WRITE);
  auto say = [&](const char* text, size_t length) -> kj::Promise<void> {
    for (size_t at = 0; at < length;) {
      auto sent = send(socket, text + at, length - at, MSG_NOSIGNAL);
      if (sent > 0) {
        at += static_cast<size_t>(sent);
      } else if (errno == EAGAIN) {
        co_await observer.whenBecomesWritable();
      } else {
        lastError = strerrorname_np(errno);
        co_return;
      }
    }
  };
  co_await say(greeting.data(), greeting.size());
  if (keepsQuiet) {
    co_await observer.whenWriteDisconnected();
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    lastError = error ? strerrorname_np(error) : "";
    co_return;
  }
  auto buffer = kj::heapArray<char>(1 << 18);
  for (int turn = 0;; ++turn) {
    auto count = recv(socket, buffer.begin(), buffer.size(), 0);
    if (count < 0 && errno == EAGAIN) {
      co_await observer.whenBecomesReadable();
    } else if (count < 0) {
      lastError = strerrorname_np(errno);
      co_return;
    } else if (count == 0) {
      lastError = "";
      co_await say(farewell.data(), farewell.size());
      co_return;
    } else {
      if (received.size() < 65536) received.append(buffer.begin(), std::min<size_t>(static_cast<size_t>(count), 65536));
      if (breaksOff) {
        linger none{1, 0};
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
        co_return;
      }
      if (farewell.empty()) co_await say(buffer.begin(), static_cast<size_t>(count));
      if (turn % 8 == 7) co_await kj::evalLater([] {});
    }
  }
}

kj::Promise<void> Server::answerDatagrams() {
  kj::UnixEventPort::FdObserver observer(m_world.io().unixEventPort, m_socket,
                                         kj::UnixEventPort::FdObserver::OBSERVE_READ);
  static char buffer[65536];
  for (;;) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    auto count = recvfrom(m_socket, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (count < 0) {
      co_await observer.whenBecomesReadable();
      continue;
    }
    ++datagrams;
    received.assign(buffer, static_cast<size_t>(count));
    auto answer = answers ? answers(received) : received;
    sendto(m_socket, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
  }
}

// --- the sniffer

namespace {

std::string addressIn(const kj::byte* at, size_t size) { return Address::of({at, size}).text(); }

// A reset without a word in it is the kernel's own, in answer to what came for a connection that is no more.
const char* segment(kj::ArrayPtr<const kj::byte> tcp) {
  auto flags = tcp.size() < 14 ? 0 : tcp[13];
  if ((flags & 0x12) == 2) return "syn ";
  return (flags & 4) != 0 && tcp.size() == static_cast<size_t>(tcp[12] >> 4) * 4 ? "reset " : "tcp ";
}

// Empty: of no interest here.
std::string described(kj::ArrayPtr<const kj::byte> packet) {
  if (packet.size() < 20) return "short";
  bool v6 = packet[0] >> 4 == 6;
  if (v6 && packet.size() < 40) return "short";
  int protocol = v6 ? packet[6] : packet[9];
  std::string marks, to = addressIn(packet.begin() + (v6 ? 24 : 16), v6 ? 16 : 4);
  auto from = addressIn(packet.begin() + (v6 ? 8 : 12), v6 ? 16 : 4);
  size_t header = v6 ? 40 : static_cast<size_t>(packet[0] & 15) * 4;
  if (!v6 && header > 20) marks += "options ";
  if (!v6 && ((packet[6] & 0x3f) != 0 || packet[7] != 0)) marks += "fragment ";
  if (v6 && (protocol == 0 || protocol == 43 || protocol == 44 || protocol == 60)) marks += "extended ";
  if (packet.size() < header + 8) return marks + "short";
  // Short frames are filled up behind the packet.
  size_t total =
      v6 ? 40 + static_cast<size_t>(packet[4] << 8 | packet[5]) : static_cast<size_t>(packet[2] << 8 | packet[3]);
  auto body = packet.slice(header, std::clamp(total, header + 8, packet.size()));
  bool neighbours = v6 && ((protocol == IPPROTO_ICMPV6 && body[0] >= 130 && body[0] <= 143) || protocol == 0);
  if (neighbours && to.starts_with("ff02::")) return {};
  if (v6 && protocol == IPPROTO_ICMPV6 && body[0] >= 133 && body[0] <= 137) return {};
  if (from != "203.0.113.2" && from != "192.168.77.2" && from != "2600:1::2") to += " from " + from;
  auto port = std::to_string(body[2] << 8 | body[3]);
  if (v6) to = "[" + to + "]";
  switch (protocol) {
    case IPPROTO_TCP: return marks + segment(body) + to + ":" + port;
    case IPPROTO_UDP: return marks + "udp " + to + ":" + port;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6: return marks + "icmp " + to;
    default: return marks + "protocol " + std::to_string(protocol) + " " + to;
  }
}

}  // namespace

Sniffer::Sniffer() {
  inNetwork(Network::Beyond, [&] {
    m_socket = kj::AutoCloseFd(socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL)));
    int room = 16 << 20;
    setsockopt(m_socket, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(ETH_P_ALL);
    place.sll_ifindex = static_cast<int>(if_nametoindex("far0"));
    KJ_SYSCALL(bind(m_socket, reinterpret_cast<sockaddr*>(&place), sizeof place));
  });
}

std::set<std::string> Sniffer::heard() {
  std::set<std::string> all;
  for (;;) {
    kj::byte packet[65536];
    sockaddr_ll from{};
    socklen_t size = sizeof from;
    auto length = recvfrom(m_socket, packet, sizeof packet, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (length < 0) return all;
    if (from.sll_pkttype == PACKET_OUTGOING) continue;
    if (from.sll_protocol != htons(ETH_P_IP) && from.sll_protocol != htons(ETH_P_IPV6)) continue;
    auto line = described(kj::arrayPtr(packet, static_cast<size_t>(length)));
    if (!line.empty()) all.insert(line);
  }
}

// --- visitors

Visitor::Visitor(World& world, const std::string& address, uint16_t port, bool far) : m_world(world) {
  auto parsed = KJ_ASSERT_NONNULL(addressFrom(address));
  sockaddr_storage place;
  auto size = parsed.toSocket(port, place);
  inNetwork(far ? Network::Beyond : Network::Here,
            [&] { m_socket = kj::AutoCloseFd(socket(parsed.v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); });
  // The kernels do this without anybody's loop.
  outcome = connect(m_socket, reinterpret_cast<sockaddr*>(&place), size) == 0 ? "ok" : strerrorname_np(errno);
  fcntl(m_socket, F_SETFL, O_NONBLOCK);
}

Visitor::Visitor(World& world, kj::AutoCloseFd socket) : outcome("ok"), m_world(world), m_socket(kj::mv(socket)) {
  fcntl(m_socket, F_SETFL, O_NONBLOCK);
}

void Visitor::send(const std::string& text) { ::send(m_socket, text.data(), text.size(), MSG_NOSIGNAL); }

std::string Visitor::received() {
  std::string got = "nothing";
  m_world.until([&] {
    char some[65536];
    auto count = recv(m_socket, some, sizeof some, 0);
    if (count < 0 && errno == EAGAIN) return false;
    got = count > 0 ? std::string(some, static_cast<size_t>(count)) : count == 0 ? "end" : strerrorname_np(errno);
    return true;
  });
  return got;
}

// --- sandbox

namespace {

std::vector<std::string> linesOf(capnp::List<schema::Listener>::Reader list) {
  std::vector<std::string> lines;
  for (auto one : list) {
    lines.push_back(std::to_string(one.getPort()) + (one.getUdp() ? "/udp " : "/tcp ") +
                    (one.getLoopback() ? "loopback " : "everywhere ") + one.getProgram().cStr() + " " +
                    one.getGrant().cStr());
  }
  return lines;
}

}  // namespace

class Sandbox::Asker final : public schema::NetworkAsker::Server {
public:
  Asker(World& world, std::string name) : m_world(world), m_name(std::move(name)) {}

  kj::Promise<void> ask(AskContext context) override {
    auto wanted = context.getParams().getWanted();
    Asked asked;
    asked.destination = wanted.getDestination();
    asked.local = wanted.getLocal();
    asked.program = wanted.getProgram();
    asked.pid = wanted.getPid();
    asked.raw = wanted.getRaw();
    auto* sandbox = m_world.m_sandboxes[m_name];
    KJ_REQUIRE(sandbox != nullptr);
    sandbox->asked.push_back(asked);
    auto finished = std::make_shared<bool>(false);
    ++sandbox->waiting;
    KJ_DEFER({
      auto* now = m_world.m_sandboxes[m_name];
      if (now) {
        --now->waiting;
        if (!*finished) ++now->withdrawn;
      }
    });
    auto outcome = sandbox->person ? co_await sandbox->person(asked) : Outcome::DECLINED;
    *finished = true;
    context.getResults().setOutcome(outcome);
  }
  kj::Promise<void> used(UsedContext context) override {
    auto params = context.getParams();
    if (auto* sandbox = m_world.m_sandboxes[m_name])
      sandbox->liveReports[params.getGrant()].push_back(params.getLive());
    return kj::READY_NOW;
  }
  kj::Promise<void> refused(RefusedContext context) override {
    if (auto* sandbox = m_world.m_sandboxes[m_name]) sandbox->refused.push_back(context.getParams().getDestination());
    return kj::READY_NOW;
  }
  kj::Promise<void> ended(EndedContext context) override {
    if (auto* sandbox = m_world.m_sandboxes[m_name]) sandbox->ended.push_back(context.getParams().getGrant());
    return kj::READY_NOW;
  }
  kj::Promise<void> listening(ListeningContext context) override {
    if (auto* sandbox = m_world.m_sandboxes[m_name]) {
      ++sandbox->timesHeard;
      sandbox->heard = linesOf(context.getParams().getListeners());
    }
    return kj::READY_NOW;
  }

  kj::Promise<void> dial(DialContext context) override {
    auto params = context.getParams();
    auto fd = co_await params.getSocket().getFd();
    auto* sandbox = m_world.m_sandboxes[m_name];
    KJ_REQUIRE(sandbox && !sandbox->isAway, "notNow");
    if (sandbox->answersWithAnother) {
      int ends[2];
      KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
      kj::AutoCloseFd ours(ends[0]), given(ends[1]);
      sandbox->dialled.push_back({params.getGrant(), kj::mv(ours)});
      context.getResults().setInstead(descriptorOf(duplicate(given)));
      while (m_world.holdsDials) co_await m_world.m_io.provider->getTimer().afterDelay(5 * kj::MILLISECONDS);
      co_return;
    }
    sandbox->dialled.push_back({params.getGrant(), duplicate(KJ_REQUIRE_NONNULL(fd))});
  }

private:
  World& m_world;
  std::string m_name;
};

Sandbox::Sandbox(World& world, std::string name) : m_world(world), m_name(std::move(name)) {
  int to[2], from[2], ready[2];
  KJ_SYSCALL(pipe2(to, O_CLOEXEC));
  KJ_SYSCALL(pipe2(from, O_CLOEXEC));
  KJ_SYSCALL(pipe2(ready, O_CLOEXEC));
  auto etc = world.m_root + "/inside";
  auto source =
      std::string(getenv("LATCHKEY_SOURCE") ? getenv("LATCHKEY_SOURCE") : "/src") + "/tests/portals/network/probe.py";
  m_pid = fork();
  if (m_pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS);
    write("/proc/self/setgroups", "deny");
    write("/proc/self/uid_map", "0 0 1");
    write("/proc/self/gid_map", "0 0 1");
    mount((etc + "/hosts").c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr);
    mount((etc + "/resolv.conf").c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr);
    (void)!::write(ready[1], "r", 1);
    dropCapabilities();
    dup2(to[0], 0);
    dup2(from[1], 1);
    execl("/usr/bin/python3", "python3", "-B", source.c_str(), nullptr);
    _exit(127);
  }
  close(to[0]), close(from[1]), close(ready[1]);
  char c;
  KJ_REQUIRE(::read(ready[0], &c, 1) == 1, "the sandbox did not start");
  close(ready[0]);
  auto place = "/proc/" + std::to_string(m_pid) + "/ns/net";
  int fd;
  KJ_SYSCALL(fd = open(place.c_str(), O_RDONLY | O_CLOEXEC));
  m_namespace = kj::AutoCloseFd(fd);
  auto& low = *world.m_io.lowLevelProvider;
  m_to = low.wrapOutputFd(kj::AutoCloseFd(to[1]), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  m_from = low.wrapInputFd(kj::AutoCloseFd(from[0]), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  m_reading = readAnswers().eagerlyEvaluate(nullptr);
  world.m_sandboxes[m_name] = this;
}

Sandbox::~Sandbox() {
  m_world.m_sandboxes[m_name] = nullptr;
  end(m_pid);
}

kj::Promise<void> Sandbox::readAnswers() {
  std::string buffer;
  for (;;) {
    auto end = buffer.find('\n');
    if (end != buffer.npos) {
      auto line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      auto found = m_answers.find(static_cast<unsigned>(atoi(line.c_str())));
      if (found == m_answers.end()) continue;
      found->second->fulfill(line.substr(line.find(' ') + 1));
      m_answers.erase(found);
      continue;
    }
    char more[4096];
    auto count = co_await m_from->tryRead(more, 1, sizeof more);
    if (count == 0) break;
    buffer.append(more, count);
  }
  for (auto& [number, answer] : m_answers) answer->fulfill("gone");
  m_answers.clear();
}

kj::Promise<std::string> Sandbox::start(const std::string& command) {
  auto number = ++m_last;
  auto paf = kj::newPromiseAndFulfiller<std::string>();
  m_answers[number] = kj::mv(paf.fulfiller);
  auto line = kj::heapString((std::to_string(number) + " " + command + "\n").c_str());
  auto sent = m_to->write(line.begin(), line.size()).attach(kj::mv(line));
  return sent.then([answer = kj::mv(paf.promise)]() mutable { return kj::mv(answer); }).eagerlyEvaluate(nullptr);
}

std::string Sandbox::run(const std::string& command, int seconds) { return m_world.wait(start(command), seconds); }

schema::NetworkAsker::Client Sandbox::asker() { return kj::heap<Asker>(m_world, m_name); }

void Sandbox::attach() {
  auto call = m_world.portal().attachRequest();
  call.setInstance(m_name.c_str());
  call.setHolder(m_name.substr(0, m_name.find('/')).c_str());
  auto facts = call.initFacts();
  facts.setChild(m_pid);
  int pidfd;
  KJ_SYSCALL(pidfd = static_cast<int>(syscall(SYS_pidfd_open, m_pid, 0)));
  facts.setPidfd(descriptorOf(duplicate(pidfd)));
  close(pidfd);
  facts.setNetworkNamespace(descriptorOf(duplicate(m_namespace)));
  call.setAsker(asker());
  network = m_world.wait(call.send().then([](auto results) { return results.getSandbox(); }));
}

schema::NetworkLive::Client Sandbox::grant(const std::string& destination, GrantOptions options) {
  return add(Thing::Destination, destination, options);
}

schema::NetworkLive::Client Sandbox::letIn(const std::string& listening, GrantOptions options) {
  return add(Thing::Listening, listening, options);
}

schema::NetworkLive::Client Sandbox::serveFromElsewhere(const std::string& place, GrantOptions options) {
  return add(Thing::Service, place, options);
}

std::vector<std::string> Sandbox::listeners() {
  auto answer = m_world.wait(KJ_ASSERT_NONNULL(network).listenersRequest().send());
  return linesOf(answer.getList());
}

schema::NetworkLive::Client Sandbox::add(Thing thing, const std::string& what, const GrantOptions& options) {
  auto call = KJ_ASSERT_NONNULL(network).addRequest();
  auto grant = call.initGrant();
  auto id = options.id.empty() ? "g" + std::to_string(++m_grants) : options.id;
  grant.setId(id.c_str());
  switch (thing) {
    case Thing::Destination: grant.setDestination(what.c_str()); break;
    case Thing::Listening: grant.setListening(what.c_str()); break;
    case Thing::Service: grant.setService(what.c_str()); break;
  }
  grant.setExpires(options.expires);
  grant.setOnce(options.once);
  grant.setSuspended(options.suspended);
  grant.setDeny(options.deny);
  auto limits = grant.initLimits();
  limits.setBytes(options.bytes);
  limits.setBytesPerSecond(options.bytesPerSecond);
  limits.setBytesPerDay(options.bytesPerDay);
  grant.setPassed(options.passed);
  grant.setPassedToday(options.passedToday);
  grant.setDay(options.day);
  return m_world.wait(call.send().then([](auto results) { return results.getHandle(); }));
}

void Sandbox::sayYes(GrantOptions options) {
  person = [this, options](const Asked& asked) -> kj::Promise<Outcome> {
    auto call = KJ_ASSERT_NONNULL(network).addRequest();
    auto grant = call.initGrant();
    grant.setId(("g" + std::to_string(++m_grants)).c_str());
    grant.setDestination(asked.destination.c_str());
    grant.setOnce(options.once);
    return call.send().then([](auto&&) { return Outcome::GRANTED; });
  };
}

void Sandbox::sayNothing() {
  person = [](const Asked&) -> kj::Promise<Outcome> { return kj::Promise<Outcome>(kj::NEVER_DONE); };
}

void Sandbox::kill() { end(m_pid); }

namespace {

std::string nameOf(schema::Connection::Ending ending) {
  if (ending == schema::Connection::Ending::NONE) return {};
  auto all = capnp::Schema::from<schema::Connection::Ending>().getEnumerants();
  return all[static_cast<uint16_t>(ending)].getProto().getName().cStr();
}

}  // namespace

std::vector<std::string> Sandbox::connections() {
  auto call = KJ_ASSERT_NONNULL(network).connectionsRequest();
  call.setMost(100);
  auto results = m_world.wait(call.send());
  std::vector<std::string> lines;
  const char* words[] = {"held", "connecting", "open", "ended"};
  for (auto one : results.getList()) {
    lines.push_back(std::string(words[static_cast<int>(one.getState())]) + " " + one.getDestination().cStr() + " " +
                    std::to_string(one.getBytesOut()) + " " + std::to_string(one.getBytesIn()) + " " +
                    nameOf(one.getEnding()));
  }
  return lines;
}

uint64_t Sandbox::idOf(const std::string& state) {
  auto call = KJ_ASSERT_NONNULL(network).connectionsRequest();
  call.setMost(100);
  auto results = m_world.wait(call.send());
  for (auto one : results.getList()) {
    if (state == "open" && one.getState() == schema::Connection::State::OPEN) return one.getId();
    if (state == "held" && one.getState() == schema::Connection::State::HELD) return one.getId();
  }
  return 0;
}

// --- world

class World::Start final : public schema::NetworkStart::Server {
public:
  explicit Start(kj::Own<kj::PromiseFulfiller<schema::NetworkPortal::Client>> arrived) : m_arrived(kj::mv(arrived)) {}
  kj::Promise<void> begin(BeginContext context) override {
    context.getResults().setCookie(bytes(COOKIE));
    m_arrived->fulfill(context.getParams().getPortal());
    return kj::READY_NOW;
  }

private:
  kj::Own<kj::PromiseFulfiller<schema::NetworkPortal::Client>> m_arrived;
};

class World::Home final : public schema::Homecoming::Server {
public:
  Home(World& world, kj::Own<kj::PromiseFulfiller<void>> arrived) : m_world(world), m_arrived(kj::mv(arrived)) {}
  kj::Promise<void> networkPortal(NetworkPortalContext context) override {
    auto params = context.getParams();
    KJ_REQUIRE(params.getCookie() == bytes(COOKIE), "not the cookie");
    auto pidfd = co_await params.getPidfd().getFd();
    KJ_REQUIRE(pidfd != nullptr, "no pidfd");
    m_world.m_portal = params.getPortal();
    auto call = params.getPortal().reconnectedRequest();
    auto survivors = params.getSandboxes();
    auto list = call.initSandboxes(survivors.size());
    for (unsigned i = 0; i < survivors.size(); ++i) {
      auto* sandbox = m_world.m_sandboxes[std::string(survivors[i].getInstance())];
      KJ_REQUIRE(sandbox != nullptr);
      sandbox->network = survivors[i].getNetwork();
      list[i].setInstance(survivors[i].getInstance());
      list[i].setAsker(sandbox->asker());
    }
    m_told = call.send().ignoreResult().eagerlyEvaluate(nullptr);
    m_arrived->fulfill();
  }

private:
  World& m_world;
  kj::Own<kj::PromiseFulfiller<void>> m_arrived;
  kj::Promise<void> m_told = kj::READY_NOW;
};

World::World(const std::map<std::string, std::vector<std::string>>& names) : m_io(kj::setupAsyncIo()) {
  char name[] = "/tmp/latchkey-net-XXXXXX";
  KJ_REQUIRE(mkdtemp(name) != nullptr);
  m_root = name;
  fs::create_directories(m_root + "/inside");
  fs::create_directories(m_root + "/run/latchkey");
  fs::permissions(m_root + "/run", fs::perms::owner_all);
  fs::permissions(m_root + "/run/latchkey", fs::perms::owner_all);
  write(m_root + "/inside/hosts", "127.0.0.1 localhost\n");
  write(m_root + "/inside/resolv.conf", "nameserver 127.0.0.53\noptions timeout:30 attempts:2\n");
  write(m_root + "/hosts", "");
  setResolver("127.0.0.1");  // Nobody is there.
  KJ_REQUIRE(putInPlace(m_root + "/hosts", "/etc/hosts") && putInPlace(m_root + "/resolv.conf", "/etc/resolv.conf"));
  setNames(names);
  startPortal();
}

World::~World() {
  end(m_portalPid);
  m_portal = nullptr;
  m_connection = nullptr;
  pass(1);  // What was let go of finishes while there is a loop.
  umount2("/etc/hosts", MNT_DETACH);
  umount2("/etc/resolv.conf", MNT_DETACH);
  fs::remove_all(m_root);
}

void World::setNames(const std::map<std::string, std::vector<std::string>>& names) {
  std::string text = "127.0.0.1 localhost\n";
  for (auto& [name, addresses] : names) {
    for (auto& address : addresses) text += address + " " + name + "\n";
  }
  write(m_root + "/hosts", text);
}

void World::setResolver(const std::string& address, const std::string& search) {
  auto text = "nameserver " + address + "\noptions timeout:1 attempts:1\n";
  if (!search.empty()) text += "search " + search + "\n";
  write(m_root + "/resolv.conf", text);
}

kj::Own<Sandbox> World::sandbox(const std::string& name, bool attach) {
  auto made = kj::heap<Sandbox>(*this, name);
  if (attach) made->attach();
  return made;
}

bool World::until(std::function<bool()> condition, int seconds) {
  for (int i = 0; i < seconds * 200; ++i) {
    if (condition()) return true;
    pass(5);
  }
  return condition();
}

void World::pass(int milliseconds) {
  m_io.provider->getTimer().afterDelay(milliseconds * kj::MILLISECONDS).wait(m_io.waitScope);
}

void World::startPortal() {
  auto sockets = socketPair();
  m_portalPid = fork();
  if (m_portalPid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setenv("XDG_RUNTIME_DIR", (m_root + "/run").c_str(), 1);
    dup2(sockets.theirs, 3);
    dropCapabilities();
    execl((bin() + "/latchkey-net").c_str(), "latchkey-net", nullptr);
    _exit(127);
  }
  sockets.theirs = nullptr;
  auto paf = kj::newPromiseAndFulfiller<schema::NetworkPortal::Client>();
  auto stream =
      m_io.lowLevelProvider->wrapUnixSocketFd(kj::mv(sockets.ours), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  m_connection =
      kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER, kj::heap<Start>(kj::mv(paf.fulfiller)));
  m_portal = wait(kj::mv(paf.promise));
}

void World::killPortal() {
  end(m_portalPid);
  m_portal = nullptr;
  m_connection = nullptr;
}

void World::dropBroker() {
  m_portal = nullptr;
  for (auto& [name, sandbox] : m_sandboxes) {
    if (sandbox) sandbox->network = nullptr;
  }
  m_connection = nullptr;
}

void World::returnBroker() {
  auto place = m_root + "/run/latchkey/return";
  auto listener = listenAt(place);
  int fd;
  {
    kj::UnixEventPort::FdObserver observer(m_io.unixEventPort, listener, kj::UnixEventPort::FdObserver::OBSERVE_READ);
    wait(observer.whenBecomesReadable());
    KJ_SYSCALL(fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  }
  auto paf = kj::newPromiseAndFulfiller<void>();
  auto stream =
      m_io.lowLevelProvider->wrapUnixSocketFd(kj::AutoCloseFd(fd), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  m_connection = kj::heap<Connection>(kj::mv(stream), capnp::rpc::twoparty::Side::SERVER,
                                      kj::heap<Home>(*this, kj::mv(paf.fulfiller)));
  wait(kj::mv(paf.promise));
  unlink(place.c_str());
}

schema::NetworkPortal::Client World::portal() { return KJ_ASSERT_NONNULL(m_portal); }

}  // namespace latchkey::test
