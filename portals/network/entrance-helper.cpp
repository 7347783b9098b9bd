// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The forked process of Entrance: plain system calls, no KJ, no memory of earlier jobs.

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "broker/base/send-descriptors.h"
#include "portals/network/entrance.h"
#include "portals/network/steps.h"

namespace latchkey::network {
namespace {

struct Job {
  char kind = 0;
  std::string words;
  int answer = -1, user = -1, net = -1;
};

void sendAnswer(int socket, const std::string& text, const std::vector<int>& fds = {}) {
  check(sendWithDescriptors(socket, text, kj::arrayPtr(fds.data(), fds.size())), "answer");
}

std::vector<int> run(const Job& job) {
  check(setns(job.user, CLONE_NEWUSER), "enter the user namespace");
  check(setns(job.net, CLONE_NEWNET), "enter the network namespace");
  if (job.kind == 'A') return wire();
  if (job.kind == 'G') {
    loadGate(static_cast<uint16_t>(strtoul(job.words.c_str(), nullptr, 10)));
    return {};
  }
  std::vector<int> sockets;
  char* second;
  auto v4 = std::min<unsigned long>(strtoul(job.words.c_str(), &second, 10), MOST_SOCKETS);
  auto v6 = std::min<unsigned long>(strtoul(second, nullptr, 10), MOST_SOCKETS - v4);
  for (unsigned i = 0; i < v4 + v6; ++i) {
    sockets.push_back(
        check(socket(i < v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket"));
  }
  return sockets;
}

[[noreturn]] void runJob(const Job& job) {
  try {
    auto made = run(job);
    sendAnswer(job.answer, "OK", made);
  } catch (const Failure& failure) {
    try {
      sendAnswer(job.answer, std::string("E ") + failure.what + ": " + strerror(failure.error));
    } catch (const Failure&) {}
  }
  _exit(0);
}

bool receive(int socket, Job& job) {
  char text[256];
  iovec part{text, sizeof text};
  msghdr message{};
  int fds[3] = {-1, -1, -1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fds)];
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t length;
  do length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (length < 0 && errno == EINTR);
  if (length <= 0) return false;
  auto* header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_type == SCM_RIGHTS) {
    memcpy(fds, CMSG_DATA(header), std::min<size_t>(sizeof fds, header->cmsg_len - CMSG_LEN(0)));
  }
  job.answer = fds[0], job.user = fds[1], job.net = fds[2];
  job.kind = text[0];
  job.words.assign(text + 1, static_cast<size_t>(length - 1));
  return true;
}

}  // namespace

void runEntranceHelper(int socket) {
  prctl(PR_SET_NAME, "latchkey-wires");
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGCHLD, SIG_IGN);  // No zombies.
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  for (;;) {
    Job job;
    if (!receive(socket, job)) _exit(0);
    // Past the library: a thread sanitizer would start its helper thread in the child, and then the kernel lets it
    // enter no user namespace. There is one thread here, so nothing is lost.
    auto pid = syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0);
    if (pid == 0) {
      close(socket);
      runJob(job);
    }
    try {
      if (pid < 0) sendAnswer(job.answer, "E fork: no more processes");
    } catch (const Failure&) {}
    for (int fd : {job.answer, job.user, job.net}) {
      if (fd >= 0) close(fd);
    }
  }
}

}  // namespace latchkey::network
