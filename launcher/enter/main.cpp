// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// latchkey-enter: process 1 of every sandbox.
//
// Static and small: it is started once per launch, after bubblewrap has built the sandbox and loaded the system call
// filter, and it stays as the sandbox's init. It says it is there, waits for the portals, starts the one program with
// nothing but its three standard descriptors, reaps, passes on signals, starts the message bus when somebody wants it,
// and ends when nobody is left.
//
// The app shares the sandbox with it but cannot touch it: it is not dumpable, so its /proc entries and memory are
// closed to a process without capabilities; the kernel lets no process of the namespace kill process 1.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launcher/enter/bus.h"
#include "launcher/enter/protocol.h"

using namespace latchkey::enter;

namespace {

constexpr char SOCKET[] = "/run/latchkey/app";
constexpr int FAILURE = 125;

int channel = -1;

void send(Message message, int descriptor = -1) {
  iovec part{&message, sizeof message};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (descriptor >= 0) {
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    auto first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(first), &descriptor, sizeof descriptor);
  }
  while (sendmsg(channel, &header, MSG_NOSIGNAL) < 0 && errno == EINTR) {}
}

[[noreturn]] void refuse(Stage stage) {
  send({Word::Refused, stage, errno});
  _exit(FAILURE);
}

int listenForApp() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, SOCKET, sizeof SOCKET);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 || listen(fd, 32) < 0)
    refuse(Stage::Socket);
  return fd;
}

// Waits for a message; ends the sandbox if the launcher is gone. `descriptors` has room for GO_DESCRIPTORS.
Message receive(int* descriptors, unsigned& count) {
  Message message{};
  iovec part{&message, sizeof message};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * GO_DESCRIPTORS)] = {};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t got;
  while ((got = recvmsg(channel, &header, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {}
  if (got != sizeof message) _exit(FAILURE);
  count = 0;
  for (auto next = CMSG_FIRSTHDR(&header); next != nullptr; next = CMSG_NXTHDR(&header, next)) {
    if (next->cmsg_level != SOL_SOCKET || next->cmsg_type != SCM_RIGHTS) continue;
    count = (next->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(descriptors, CMSG_DATA(next), count * sizeof(int));
  }
  return message;
}

struct Order {
  const OrderHeader* header = nullptr;
  const char* directory = nullptr;
  const char* program = nullptr;
  char** arguments = nullptr;
};

Order readOrder(int fd) {
  struct stat info;
  errno = EINVAL;
  if (fstat(fd, &info) < 0 || info.st_size < static_cast<off_t>(sizeof(OrderHeader))) refuse(Stage::Order);
  auto size = static_cast<size_t>(info.st_size);
  // Private, not shared: the arguments are handed to execve from here.
  auto memory = static_cast<char*>(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
  if (memory == MAP_FAILED) refuse(Stage::Order);
  Order order;
  order.header = reinterpret_cast<const OrderHeader*>(memory);
  if (order.header->size != size || memory[size - 1] != '\0' || order.header->limits > MAX_LIMITS) refuse(Stage::Order);
  auto end = memory + size;
  auto at = memory + sizeof(OrderHeader);
  auto next = [&]() -> char* {
    if (at >= end) refuse(Stage::Order);
    auto text = at;
    at += strlen(at) + 1;
    return text;
  };
  order.directory = next();
  order.program = next();
  order.arguments = static_cast<char**>(calloc(order.header->arguments + 1, sizeof(char*)));
  if (order.arguments == nullptr) refuse(Stage::Order);
  for (unsigned i = 0; i < order.header->arguments; ++i) order.arguments[i] = next();
  return order;
}

// In the child: everything between fork and exec.
[[noreturn]] void become(const Order& order, const int* standard) {
  setsid();
  for (int i = 0; i < 3; ++i) {
    if (dup2(standard[i], i) < 0) refuse(Stage::Order);
  }
  if (order.header->terminal != 0 && ioctl(0, TIOCSCTTY, 0) < 0) refuse(Stage::Terminal);
  if (chdir(order.directory) < 0) refuse(Stage::Directory);
  setenv("PWD", order.directory, 1);
  // All but the standard three close at exec, the channel among them.
  if (syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */) < 0) refuse(Stage::Order);
  for (unsigned i = 0; i < order.header->limits; ++i) {
    auto& limit = order.header->limit[i];
    rlimit value{limit.value, limit.value};
    if (setrlimit(static_cast<__rlimit_resource_t>(limit.resource), &value) < 0) refuse(Stage::Limits);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  umask(022);
  execv(order.program, order.arguments);
  refuse(Stage::Execute);
}

// Forks; returns once the program has been executed. A refusal has been reported by the child.
pid_t start(const Order& order, const int* standard) {
  int executed[2];
  if (pipe2(executed, O_CLOEXEC) < 0) refuse(Stage::Order);
  auto child = fork();
  if (child < 0) refuse(Stage::Limits);
  if (child == 0) become(order, standard);
  close(executed[1]);
  char byte;
  while (read(executed[0], &byte, 1) < 0 && errno == EINTR) {}  // End of file: exec closed it, or the child is gone.
  close(executed[0]);
  return child;
}

// Reaps all there is. False when nobody is left for whom the sandbox stands: a message bus alone is nobody.
bool reap(pid_t& program, Bus& bus) {
  for (;;) {
    int status;
    auto pid = waitpid(-1, &status, WNOHANG);
    if (pid == 0) return program != 0 || !bus.isAlone();
    if (pid < 0) return errno != ECHILD;
    bus.reaped(pid);
    if (pid != program) continue;
    program = 0;
    send({Word::Ended, Stage::None, status});
  }
}

void answerBus(Bus& bus) {
  int connection = bus.connect();
  send({Word::Bus, Stage::None, 0}, connection);
  if (connection >= 0) close(connection);
}

[[noreturn]] void serve(pid_t program, int signals, Bus& bus) {
  for (;;) {
    pollfd wait[] = {{signals, POLLIN, 0}, {channel, POLLIN, 0}, {bus.awaited(), POLLIN, 0}};
    if (poll(wait, 3, -1) < 0 && errno != EINTR) _exit(FAILURE);
    if (wait[2].revents != 0 && bus.start()) send({Word::BusUsed, Stage::None, 0});
    if (wait[0].revents != 0) {
      signalfd_siginfo info;
      while (read(signals, &info, sizeof info) > 0) {}
      if (!reap(program, bus)) _exit(0);
    }
    if (wait[1].revents != 0) {
      int descriptors[GO_DESCRIPTORS];
      unsigned count = 0;
      auto message = receive(descriptors, count);
      for (unsigned i = 0; i < count; ++i) close(descriptors[i]);
      if (message.word == Word::ConnectBus) answerBus(bus);
      if (message.word != Word::Signal) continue;
      // The program leads a process group; once it has gone, all that it left behind is meant. Never process 1 itself.
      kill(program > 1 ? -program : -1, message.number);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return FAILURE;
  channel = static_cast<int>(strtol(arguments[1], nullptr, 10));
  fcntl(channel, F_SETFD, FD_CLOEXEC);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);

  int listener = listenForApp();
  send({Word::Ready, Stage::None, 0}, listener);
  close(listener);
  Bus bus;
  errno = 0;
  if (!bus.listen()) refuse(Stage::Socket);

  int descriptors[GO_DESCRIPTORS] = {-1, -1, -1, -1};
  unsigned received = 0;
  auto message = receive(descriptors, received);
  if (message.word == Word::StartBus && received == 0) {
    if (bus.start()) send({Word::BusUsed, Stage::None, 0});
    message = receive(descriptors, received);
  }
  errno = EINVAL;
  if (message.word != Word::Go || received != GO_DESCRIPTORS) refuse(Stage::Order);
  auto order = readOrder(descriptors[0]);

  sigset_t ended;
  sigemptyset(&ended);
  sigaddset(&ended, SIGCHLD);
  int signals = signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) refuse(Stage::Order);
  auto program = start(order, descriptors + 1);
  for (int fd : descriptors) close(fd);
  for (int fd = 0; fd < 3; ++fd) close(fd);  // bubblewrap's own, and none of ours to keep open.

  send({Word::Running, Stage::None, 0});
  if (!reap(program, bus)) return 0;
  serve(program, signals, bus);
}
