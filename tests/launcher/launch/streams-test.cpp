// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey run -- prog < in > out 2>&1`: what a program can do with the files behind its streams.

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QtTest>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/launcher/support/launch-bench.h"

using namespace latchkey;
using namespace latchkey::test;
using Status = schema::ExitStatus;

class StreamsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void fileBehindInputCannotBeWritten();
  void fileBehindOutputCannotBeReadOrCut();
  void inputArrivesWhole();
  void outputArrivesWhole();
  void outputGoesWhereThePositionIs();
  void whatWasNotReadStaysUnread();
  void outputAndErrorsKeepTheirOrder();
  void whoeverIsLeftBehindIsWaitedFor();
  void aPipeIsPassedAsItIs();
  void devicesAndPathsAreRefused();
};

namespace {

std::string content(const std::string& path) {
  std::stringstream all;
  all << std::ifstream(path).rdbuf();
  return all.str();
}

std::string make(LaunchBench& bench, const std::string& name, const std::string& text) {
  auto path = bench.home() + "/" + name;
  std::ofstream(path) << text;
  return path;
}

kj::AutoCloseFd opened(const std::string& path, int flags) {
  int fd;
  KJ_SYSCALL(fd = open(path.c_str(), flags | O_CLOEXEC), path);
  return kj::AutoCloseFd(fd);
}

Ending python(LaunchBench& bench, const std::string& text, LaunchOptions options) {
  options.command = {"python3", "-c", text};
  return bench.run(std::move(options));
}

constexpr auto PIECES = 300'000;  // Several times what a pipe holds.

}  // namespace

void StreamsTest::fileBehindInputCannotBeWritten() {
  LaunchBench bench;
  auto path = make(bench, "in.txt", "original");
  auto file = opened(path, O_RDWR);  // As `<>` does: even this is for reading only.
  LaunchOptions options;
  options.in = file;
  auto ending =
      python(bench,
             "import os,fcntl,mmap\n"
             "def attempt(f):\n"
             "  try: f()\n"
             "  except (OSError, ValueError): pass\n"
             "print(os.read(0, 100))\n"
             "attempt(lambda: os.write(0, b'written'))\n"
             "attempt(lambda: os.truncate(0, 0))\n"
             "attempt(lambda: os.write(os.open('/proc/self/fd/0', os.O_WRONLY | os.O_NONBLOCK), b'reopened'))\n"
             "attempt(lambda: os.open('/proc/self/fd/0', os.O_WRONLY | os.O_TRUNC | os.O_NONBLOCK))\n"
             "attempt(lambda: os.truncate('/proc/self/fd/0', 0))\n"
             "attempt(lambda: mmap.mmap(0, 8).__setitem__(0, 65))\n"
             "print(os.readlink('/proc/self/fd/0').split(':')[0])\n",
             options);
  QCOMPARE(ending.out, "b'original'\npipe\n");
  QCOMPARE(content(path), "original");
}

void StreamsTest::fileBehindOutputCannotBeReadOrCut() {
  LaunchBench bench;
  auto path = make(bench, "log.txt", "secret of others\n");
  auto file = opened(path, O_RDWR | O_APPEND);
  LaunchOptions options;
  options.out = file;
  auto ending = python(bench,
                       "import os,fcntl,sys\n"
                       "def attempt(f):\n"
                       "  try: os.write(2, repr(f()).encode())\n"
                       "  except OSError: pass\n"
                       "os.set_blocking(1, False)\n"
                       "attempt(lambda: os.pread(1, 100, 0))\n"
                       "attempt(lambda: os.read(1, 100))\n"
                       "attempt(lambda: os.read(os.open('/proc/self/fd/1', os.O_RDONLY | os.O_NONBLOCK), 100))\n"
                       "attempt(lambda: os.ftruncate(1, 0))\n"
                       "attempt(lambda: os.open('/proc/self/fd/1', os.O_WRONLY | os.O_TRUNC))\n"
                       "fcntl.fcntl(1, fcntl.F_SETFL, 0)\n"
                       "attempt(lambda: os.lseek(1, 0, 0))\n"
                       "attempt(lambda: os.pwrite(1, b'over', 0))\n"
                       "os.write(1, b'appended\\n')\n",
                       options);
  QVERIFY2(ending.err.find("secret") == std::string::npos, ending.err.c_str());
  QCOMPARE(content(path), "secret of others\nappended\n");
}

void StreamsTest::inputArrivesWhole() {
  LaunchBench bench;
  auto file = opened(make(bench, "in.bin", std::string(PIECES, 'x') + "end"), O_RDONLY);
  LaunchOptions options;
  options.in = file;
  QCOMPARE(bench.sh("wc -c; tail -c 3", options).out, std::to_string(PIECES + 3) + "\n");
  lseek(file, 0, SEEK_SET);
  QCOMPARE(bench.sh("sleep 0.2; tail -c 3", options).out, "end");
}

void StreamsTest::outputArrivesWhole() {
  LaunchBench bench;
  auto path = make(bench, "out.bin", "");
  auto file = opened(path, O_WRONLY | O_TRUNC);
  LaunchOptions options;
  options.out = file;
  QCOMPARE(bench.sh("head -c " + std::to_string(PIECES) + " /dev/zero; printf end", options).kind, Status::EXITED);
  // Without waiting for anything: who is told that it ended finds it there.
  auto found = content(path);
  QCOMPARE(found.size(), size_t(PIECES + 3));
  QVERIFY(found.ends_with("end"));
}

void StreamsTest::outputGoesWhereThePositionIs() {
  LaunchBench bench;
  auto path = make(bench, "out.txt", "0123456789");
  auto file = opened(path, O_WRONLY);
  lseek(file, 2, SEEK_SET);
  LaunchOptions options;
  options.out = file;
  bench.sh("printf ab", options);
  bench.sh("printf cd", options);  // As two commands in one pair of brackets.
  QCOMPARE(content(path), "01abcd6789");
}

void StreamsTest::whatWasNotReadStaysUnread() {
  // `while read line; do latchkey run ...; done < list` goes on where the program stopped reading.
  LaunchBench bench;
  auto file = opened(make(bench, "list", "one\ntwo\nthree\n"), O_RDONLY);
  LaunchOptions options;
  options.in = file;
  QCOMPARE(bench.sh("read line; echo $line", options).out, "one\n");
  QCOMPARE(lseek(file, 0, SEEK_CUR), off_t(4));
  QCOMPARE(bench.sh("true", options).out, "");
  QCOMPARE(lseek(file, 0, SEEK_CUR), off_t(4));
  QCOMPARE(bench.sh("cat", options).out, "two\nthree\n");
  QCOMPARE(lseek(file, 0, SEEK_CUR), off_t(14));
}

void StreamsTest::outputAndErrorsKeepTheirOrder() {
  LaunchBench bench;
  auto path = make(bench, "both.txt", "");
  auto file = opened(path, O_WRONLY | O_APPEND);
  LaunchOptions options;
  options.out = options.err = file;
  bench.sh("for i in 1 2 3 4; do echo out$i; echo err$i >&2; done", options);
  QCOMPARE(content(path), "out1\nerr1\nout2\nerr2\nout3\nerr3\nout4\nerr4\n");
}

void StreamsTest::whoeverIsLeftBehindIsWaitedFor() {
  LaunchBench bench;
  auto path = make(bench, "out.txt", "");
  auto file = opened(path, O_WRONLY);
  LaunchOptions options;
  options.out = file;
  bench.sh("(sleep 0.3; echo late) & echo early", options);
  QCOMPARE(content(path), "early\nlate\n");
}

void StreamsTest::aPipeIsPassedAsItIs() {
  // A relay would eat what the next command of the pipeline is to read.
  LaunchBench bench;
  int ends[2];
  QCOMPARE(pipe2(ends, O_CLOEXEC), 0);
  kj::AutoCloseFd in(ends[0]), out(ends[1]);
  QCOMPARE(::write(out, "one\ntwo\n", 8), ssize_t(8));
  LaunchOptions options;
  options.in = in;
  QCOMPARE(bench.sh("read line; echo $line", options).out, "one\n");
  char rest[8];
  QCOMPARE(::read(in, rest, sizeof rest), ssize_t(4));
}

void StreamsTest::devicesAndPathsAreRefused() {
  LaunchBench bench;
  LaunchOptions options;
  auto device = opened("/dev/fuse", O_RDWR);
  options.in = device;
  auto ending = bench.sh("echo ran", options);
  QCOMPARE(ending.kind, Status::FAILED);
  QVERIFY2(ending.reason.find("a device cannot be") != std::string::npos, ending.reason.c_str());
  auto path = opened(make(bench, "file", "x"), O_PATH);
  options.in = path;
  QCOMPARE(bench.sh("echo ran", options).kind, Status::FAILED);
  auto zero = opened("/dev/zero", O_RDONLY);
  options.in = zero;
  QCOMPARE(bench.sh("head -c 5 | wc -c", options).out, "5\n");
}

QTEST_GUILESS_MAIN(StreamsTest)
#include "streams-test.moc"
