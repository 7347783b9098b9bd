// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Figures for ./dev bench: lines "row contestant value". The same server, on this network's own address, is reached by
// way of latchkey-net, natively, and by way of pasta; and another one at the end of a delay line, 20 ms there and back.
//   network-bench [ROUNDS [PART]]        all of it, or one of memory speed connect answer refusal cut processor crowd
//   network-bench latency HOST PORT N    medians of N connections in microseconds: connected, and the first byte

#include <arpa/inet.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/portals/network/network-world.h"

using namespace latchkey::test;

namespace {

constexpr auto SERVER = "203.0.113.2";
constexpr auto FAR = "203.0.114.2";  // At the end of the delay line.
constexpr int CONNECTIONS = 500, SANDBOXES = 50, GRANTED = 1000, LIVE = 200, ANSWERS = 20;
constexpr auto ANSWERED_AFTER = 50 * kj::MILLISECONDS;
constexpr auto ONE_WAY = std::chrono::milliseconds(10);
constexpr size_t LINE = 64 << 20;  // Bytes under way in one direction; more are lost.

int latency(const char* host, const char* port, const char* count) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(atoi(port)));
  inet_pton(AF_INET, host, &to.sin_addr);
  std::vector<double> connected, first;
  for (int i = 0; i < atoi(count); ++i) {
    int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto began = std::chrono::steady_clock::now();
    auto since = [&] {
      return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count();
    };
    if (connect(one, reinterpret_cast<sockaddr*>(&to), sizeof to) < 0) return 1;
    connected.push_back(since());
    char byte;
    if (read(one, &byte, 1) != 1) return 1;
    first.push_back(since());
    // As a client does: the server ends first.
    shutdown(one, SHUT_WR);
    while (read(one, &byte, 1) > 0) {}
    close(one);
  }
  std::ranges::sort(connected);
  std::ranges::sort(first);
  printf("%.1f %.1f\n", connected[connected.size() / 2], first[first.size() / 2]);
  return 0;
}

// What a command prints; run in a sandbox's network if there is a pid. The loop goes on meanwhile.
std::string output(World& world, const std::vector<std::string>& words, int within = 0) {
  int fds[2];
  KJ_SYSCALL(pipe2(fds, O_CLOEXEC));
  auto pid = fork();
  if (pid == 0) {
    if (within != 0) {
      auto proc = "/proc/" + std::to_string(within) + "/ns/";
      int user = open((proc + "user").c_str(), O_RDONLY), net = open((proc + "net").c_str(), O_RDONLY);
      if (setns(user, CLONE_NEWUSER) < 0 || setns(net, CLONE_NEWNET) < 0) _exit(126);
    }
    dup2(fds[1], 1);
    dup2(open("/dev/null", O_RDWR), 2);
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(fds[1]);
  auto stream =
      world.io().lowLevelProvider->wrapInputFd(kj::AutoCloseFd(fds[0]), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
  auto text = world.wait(stream->readAllText(), 120);
  int status;
  waitpid(pid, &status, 0);
  return status == 0 ? std::string(text.cStr()) : std::string();
}

// Gbit/s that arrived.
double speed(World& world, std::vector<std::string> before, bool down, int within = 0, const char* server = SERVER,
             const char* most = nullptr) {
  for (auto* word : {"iperf3", "-c", server, "-p", "5201", "-t", server == SERVER ? "2" : "4", "-J"})
    before.emplace_back(word);
  if (down) before.emplace_back("-R");
  if (most != nullptr) before.insert(before.end(), {"-b", most});
  // The window has to open first.
  if (server == FAR) before.insert(before.end(), {"-O", "2"});
  auto text = output(world, before, within);
  auto at = text.find("\"sum_received\"");
  at = at == text.npos ? at : text.find("\"bits_per_second\":", at);
  return at == text.npos ? -1 : atof(text.c_str() + at + 18) / 1e9;
}

// --- the delay line: two tuns, and what is read from one is written to the other 10 ms later

int tun(Network network, const char* name) {
  int fd = -1;
  inNetwork(network, [&] {
    fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    ifreq request{};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    KJ_SYSCALL(ioctl(fd, TUNSETIFF, &request));
  });
  return fd;
}

void carry(int from, int to) {
  struct Packet {
    std::chrono::steady_clock::time_point due;
    std::vector<char> bytes;
  };
  std::deque<Packet> waiting;
  size_t underWay = 0;
  std::vector<char> buffer(1 << 16);
  for (;;) {
    auto now = std::chrono::steady_clock::now();
    while (!waiting.empty() && waiting.front().due <= now) {
      (void)!write(to, waiting.front().bytes.data(), waiting.front().bytes.size());
      underWay -= waiting.front().bytes.size();
      waiting.pop_front();
    }
    auto length = read(from, buffer.data(), buffer.size());
    if (length > 0) {
      if (underWay + static_cast<size_t>(length) > LINE) continue;
      underWay += static_cast<size_t>(length);
      waiting.push_back({std::chrono::steady_clock::now() + ONE_WAY, {buffer.begin(), buffer.begin() + length}});
      continue;
    }
    timespec rest{1, 0};
    if (!waiting.empty()) {
      auto left = std::chrono::nanoseconds(waiting.front().due - std::chrono::steady_clock::now()).count();
      rest = {0, std::clamp<long>(left, 0, 999'999'999)};
    }
    pollfd one{from, POLLIN, 0};
    ppoll(&one, 1, &rest, nullptr);
  }
}

pid_t startDelayLine() {
  int here = tun(Network::Here, "delay0"), there = tun(Network::Beyond, "delay1");
  if (!configure(Network::Here,
                 "ip addr add 203.0.114.1 peer 203.0.114.2 dev delay0 && ip link set delay0 mtu 65535 up") ||
      !configure(Network::Beyond,
                 "ip addr add 203.0.114.2 peer 203.0.114.1 dev delay1 && ip link set delay1 mtu 65535 up"))
    return -1;
  auto pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::thread back(carry, there, here);
    carry(here, there);
  }
  close(here), close(there);
  return pid;
}

// --- what it costs

double processorSeconds(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string all((std::istreambuf_iterator<char>(file)), {});
  auto at = all.rfind(')');
  if (at == all.npos) return 0;
  unsigned long long user = 0, system = 0;
  sscanf(all.c_str() + at + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system);
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double kibibytes(const std::string& place, const std::vector<std::string>& fields) {
  std::ifstream file(place);
  double total = 0;
  for (std::string line; std::getline(file, line);) {
    for (auto& field : fields) {
      if (line.starts_with(field + ":")) total += atof(line.c_str() + field.size() + 1);
    }
  }
  return total;
}

// Of the portal and its helper, and of the kernel for the wires; what the apps themselves take is not in it.
double held(const World& world) {
  double total = kibibytes("/proc/meminfo", {"Slab", "Percpu"});
  auto pid = std::to_string(world.portalPid());
  total += kibibytes("/proc/" + pid + "/smaps_rollup", {"Pss"});
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  for (std::string child; children >> child;) total += kibibytes("/proc/" + child + "/smaps_rollup", {"Pss"});
  return total;
}

void tell(const char* row, const char* who, double value) {
  if (value > 0) printf("%s %s %.3f\n", row, who, value);
  fflush(stdout);
}

// With an address of its own: it would take over ours, and then the server's.
std::vector<std::string> pastaBefore(const std::vector<std::string>& words) {
  std::vector<std::string> all;
  for (auto* word : {"pasta", "--config-net", "-q", "--no-map-gw", "-a", "192.0.2.2", "-n", "24", "-g", "192.0.2.1",
                     "-t", "none", "-u", "none", "-T", "none", "-U", "none", "--"})
    all.emplace_back(word);
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

void measureSpeed(World& world, Sandbox& sandbox, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (bool down : {false, true}) {
      auto row = down ? "download" : "upload";
      tell(row, "latchkey", speed(world, {}, down, sandbox.pid()));
      tell(row, "native", speed(world, {}, down));
      tell(row, "pasta", speed(world, pastaBefore({}), down));
      row = down ? "far-download" : "far-upload";
      tell(row, "latchkey", speed(world, {}, down, sandbox.pid(), FAR));
      tell(row, "native", speed(world, {}, down, 0, FAR));
    }
  }
}

void tellConnecting(const char* row, const char* rowOfByte, const char* who, const std::string& output) {
  double connected = 0, first = 0;
  std::istringstream(output) >> connected >> first;
  tell(row, who, connected);
  if (rowOfByte != nullptr) tell(rowOfByte, who, first);
}

void measureConnecting(World& world, Sandbox& sandbox, const std::vector<std::string>& connecting, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    tellConnecting("connect", "first-byte", "latchkey", output(world, connecting, sandbox.pid()));
    tellConnecting("connect", "first-byte", "native", output(world, connecting));
    tellConnecting("connect", "first-byte", "pasta", output(world, pastaBefore(connecting)));
  }
}

// From the person's answer, a while after the question, to the return of the connect() that waited: of a sandbox's
// first connection, for which the gate is loaded, and of later ones.
void measureAnswers(World& world, Server& server, int rounds) {
  auto place = std::string(SERVER) + " " + std::to_string(server.port);
  for (int round = 0; round < rounds; ++round) {
    auto sandbox = world.sandbox("asking" + std::to_string(round));
    sandbox->sayYes({.once = true});
    std::chrono::steady_clock::time_point answered;
    sandbox->person = [&, yes = sandbox->person](const Asked& asked) {
      return world.io().provider->getTimer().afterDelay(ANSWERED_AFTER).then([&, yes, asked] {
        answered = std::chrono::steady_clock::now();
        return yes(asked);
      });
    };
    std::vector<double> later;
    for (int i = 0; i < ANSWERS; ++i) {
      double took = 0, at = 0;
      std::string ok, number;
      std::istringstream(sandbox->run("connect " + place)) >> ok >> number >> took >> at;
      KJ_REQUIRE(ok == "ok");
      sandbox->run("close " + number);
      auto since = at - std::chrono::duration<double, std::milli>(answered.time_since_epoch()).count();
      if (i == 0) tell("first-answer", "latchkey", since);
      else later.push_back(since);
      world.until([&] { return sandbox->ended.size() > static_cast<size_t>(i); });
    }
    std::ranges::sort(later);
    tell("answer", "latchkey", later[later.size() / 2]);
    tell("slowest-answer", "latchkey", later.back());
  }
}

// The same of a no.
void measureRefusals(World& world, Server& server, int rounds) {
  auto place = std::string(SERVER) + " " + std::to_string(server.port);
  for (int round = 0; round < rounds; ++round) {
    auto sandbox = world.sandbox("refused" + std::to_string(round));
    std::chrono::steady_clock::time_point answered;
    sandbox->person = [&](const Asked&) {
      return world.io().provider->getTimer().afterDelay(ANSWERED_AFTER).then([&] {
        answered = std::chrono::steady_clock::now();
        return Outcome::DECLINED;
      });
    };
    std::vector<double> all;
    for (int i = 0; i < ANSWERS; ++i) {
      double took = 0, at = 0;
      std::string error;
      std::istringstream(sandbox->run("connect " + place)) >> error >> took >> at;
      KJ_REQUIRE(error == "ECONNREFUSED");
      all.push_back(at - std::chrono::duration<double, std::milli>(answered.time_since_epoch()).count());
    }
    std::ranges::sort(all);
    tell("refusal", "latchkey", all[all.size() / 2]);
    tell("slowest-refusal", "latchkey", all.back());
  }
}

// From the revocation to when both ends of a stream that flows have been reset: the later of the two.
void measureCuts(World& world, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    Server reading(world, SERVER);
    reading.farewell = "never";  // So it only reads.
    auto sandbox = world.sandbox("cut" + std::to_string(round));
    auto milliseconds = [] {
      return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
    std::vector<double> all;
    for (int i = 0; i < ANSWERS; ++i) {
      auto live = sandbox->grant(std::string(SERVER) + ":" + std::to_string(reading.port) + "/tcp@local");
      auto connected = sandbox->run("connect " + std::string(SERVER) + " " + std::to_string(reading.port));
      KJ_REQUIRE(connected.starts_with("ok"), connected.c_str());
      reading.received.clear();
      auto flow = sandbox->start("flow " + std::to_string(i));
      world.until([&] { return reading.received.size() > 10'000; });
      double far = 0, near = 0;
      reading.onEnd = [&] { far = milliseconds(); };
      auto began = milliseconds();
      auto revoking = live.revokeRequest().send().ignoreResult().eagerlyEvaluate(nullptr);
      std::string error;
      std::istringstream(world.wait(kj::mv(flow))) >> error >> near;
      world.until([&] { return far != 0; });
      KJ_REQUIRE(far != 0 && (error == "ECONNRESET" || error == "EPIPE"), error.c_str());
      all.push_back(std::max(near, far) - began);
    }
    std::ranges::sort(all);
    tell("cut", "latchkey", all[all.size() / 2]);
    tell("slowest-cut", "latchkey", all.back());
  }
}

void measureProcessor(World& world, Sandbox& sandbox, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    auto before = processorSeconds(world.portalPid());
    auto began = std::chrono::steady_clock::now();
    auto got = speed(world, {}, false, sandbox.pid(), SERVER, "1G");
    auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (got > 0.9) tell("processor", "latchkey", (processorSeconds(world.portalPid()) - before) / took * 100);
  }
}

// Many grants, and many connections that are open: neither may slow the next one.
void measureCrowd(World& world, Sandbox& sandbox, const std::vector<std::string>& connecting, Server& server,
                  int rounds) {
  auto place = std::string(SERVER) + " " + std::to_string(server.port);
  for (int round = 0; round < rounds; ++round) {
    tellConnecting("crowd-connect", nullptr, "alone", output(world, connecting, sandbox.pid()));
    tell("crowd-upload", "alone", speed(world, {}, false, sandbox.pid()));
  }
  for (int i = 0; i < GRANTED; ++i) sandbox.grant("host" + std::to_string(i) + ".example.org:443/tcp");
  for (int i = 0; i < LIVE; ++i) sandbox.run("connect " + place);
  for (int round = 0; round < rounds; ++round) {
    tellConnecting("crowd-connect", nullptr, "latchkey", output(world, connecting, sandbox.pid()));
    tell("crowd-upload", "latchkey", speed(world, {}, false, sandbox.pid()));
  }
}

void measureMemory(World& world) {
  std::vector<kj::Own<Sandbox>> all;
  for (int i = 0; i < SANDBOXES; ++i) all.push_back(world.sandbox("idle" + std::to_string(i), false));
  world.pass(1000);
  auto before = held(world);
  for (auto& one : all) one->attach();
  world.pass(1000);
  tell("memory", "latchkey", (held(world) - before) / 1024 / SANDBOXES);
}

}  // namespace

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc == 5) return latency(argv[2], argv[3], argv[4]);
  int rounds = argc >= 2 ? atoi(argv[1]) : 10;
  auto isWanted = [&](const char* part) { return argc < 3 || strcmp(argv[2], part) == 0; };
  auto missing = enterOwnNetwork();
  if (!missing.empty()) {
    fprintf(stderr, "%s\n", missing.c_str());
    return 77;
  }
  auto line = startDelayLine();
  auto log = "/dev/null";
  pid_t far = startBeyond({"iperf3", "-s", "-B", FAR, "-p", "5201"}, log);
  char path[4096];
  auto length = readlink("/proc/self/exe", path, sizeof path);
  std::string own(path, static_cast<size_t>(std::max<ssize_t>(length, 0)));
  World world;
  auto sandbox = world.sandbox();
  sandbox->grant("203.0.113.2@local");
  sandbox->grant(FAR);
  Server server(world, SERVER);
  server.greeting = "!";
  std::vector<std::string> connecting{own, "latency", SERVER, std::to_string(server.port), std::to_string(CONNECTIONS)};
  auto iperf = fork();
  if (iperf == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(open("/dev/null", O_RDWR), 1);
    execlp("iperf3", "iperf3", "-s", "-p", "5201", nullptr);
    _exit(127);
  }
  world.pass(500);
  if (isWanted("memory")) measureMemory(world);
  if (isWanted("speed")) measureSpeed(world, *sandbox, rounds);
  if (isWanted("connect")) measureConnecting(world, *sandbox, connecting, rounds);
  if (isWanted("answer")) measureAnswers(world, server, rounds);
  if (isWanted("refusal")) measureRefusals(world, server, rounds);
  if (isWanted("cut")) measureCuts(world, rounds);
  if (isWanted("processor")) measureProcessor(world, *sandbox, rounds);
  if (isWanted("crowd")) measureCrowd(world, *sandbox, connecting, server, rounds);
  for (auto pid : {iperf, line}) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  endBeyond(far);
  return 0;
}
