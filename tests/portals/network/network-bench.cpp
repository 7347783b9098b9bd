// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Figures for ./dev bench: lines "row contestant value". The same server, on this network's own address, is reached by
// way of latchkey-net, natively, and by way of pasta.
//   network-bench                        all of it
//   network-bench latency HOST PORT N    median of N connections, in microseconds

#include <arpa/inet.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "tests/portals/network/network-world.h"

using namespace latchkey::test;

namespace {

constexpr auto SERVER = "203.0.113.2";
constexpr int ROUNDS = 10, CONNECTIONS = 500;

int latency(const char* host, const char* port, const char* count) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(atoi(port)));
  inet_pton(AF_INET, host, &to.sin_addr);
  std::vector<double> times;
  for (int i = 0; i < atoi(count); ++i) {
    int one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto began = std::chrono::steady_clock::now();
    if (connect(one, reinterpret_cast<sockaddr*>(&to), sizeof to) < 0) return 1;
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count());
    // As a client does: the server ends first.
    shutdown(one, SHUT_WR);
    char rest;
    while (read(one, &rest, 1) > 0) {}
    close(one);
  }
  std::ranges::sort(times);
  printf("%.1f\n", times[times.size() / 2]);
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
double speed(World& world, std::vector<std::string> before, bool down, int within = 0) {
  for (auto* word : {"iperf3", "-c", SERVER, "-p", "5201", "-t", "2", "-J"}) before.emplace_back(word);
  if (down) before.emplace_back("-R");
  auto text = output(world, before, within);
  auto at = text.find("\"sum_received\"");
  at = at == text.npos ? at : text.find("\"bits_per_second\":", at);
  return at == text.npos ? -1 : atof(text.c_str() + at + 18) / 1e9;
}

void tell(const char* row, const char* who, double value) {
  if (value > 0) printf("%s %s %.3f\n", row, who, value);
  fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc == 5) return latency(argv[2], argv[3], argv[4]);
  auto missing = enterOwnNetwork();
  if (!missing.empty()) {
    fprintf(stderr, "%s\n", missing.c_str());
    return 77;
  }
  World world;
  auto sandbox = world.sandbox();
  sandbox->grant("203.0.113.2@local");
  Server server(world, SERVER);
  auto iperf = fork();
  if (iperf == 0) {
    dup2(open("/dev/null", O_RDWR), 1);
    execlp("iperf3", "iperf3", "-s", "-p", "5201", nullptr);
    _exit(127);
  }
  world.pass(500);
  std::vector<std::string> pasta{"pasta", "--config-net", "-q",   "--no-map-gw", "-t",   "none", "-u",
                                 "none",  "-T",           "none", "-U",          "none", "--"};
  auto own = std::string("/proc/self/exe");
  char path[4096];
  auto length = readlink("/proc/self/exe", path, sizeof path);
  if (length > 0) own.assign(path, static_cast<size_t>(length));
  std::vector<std::string> connecting{own, "latency", SERVER, std::to_string(server.port), std::to_string(CONNECTIONS)};
  auto viaPasta = pasta;
  viaPasta.insert(viaPasta.end(), connecting.begin(), connecting.end());
  for (int round = 0; round < ROUNDS; ++round) {
    for (bool down : {false, true}) {
      auto row = down ? "download" : "upload";
      tell(row, "latchkey", speed(world, {}, down, sandbox->pid()));
      tell(row, "native", speed(world, {}, down));
      tell(row, "pasta", speed(world, pasta, down));
    }
    tell("connect", "latchkey", atof(output(world, connecting, sandbox->pid()).c_str()));
    tell("connect", "native", atof(output(world, connecting).c_str()));
    tell("connect", "pasta", atof(output(world, viaPasta).c_str()));
  }
  kill(iperf, SIGKILL);
  waitpid(iperf, nullptr, 0);
  return 0;
}
