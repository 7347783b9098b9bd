// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A main for tests that live in a network of their own: it is entered before Qt starts a thread.

#include <signal.h>

#include <QtTest/QtTest>

#include "tests/portals/network/network-world.h"

namespace latchkey::test {

inline std::string noNetwork;  // Why not; empty if there is one.

template <typename Test>
int networkTestMain(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  noNetwork = enterOwnNetwork();
  QCoreApplication app(argc, argv);
  Test test;
  return QTest::qExec(&test, argc, argv);
}

// Words of an answer.
inline std::string word(const std::string& line, int which = 0) {
  auto words = QString::fromStdString(line).split(' ');
  return which < words.size() ? words[which].toStdString() : std::string();
}

constexpr auto HOST = "203.0.113.1";

inline std::string place(const Server& server, const char* host = HOST) {
  return std::string(host) + " " + std::to_string(server.port);
}
inline std::string target(const Server& server, const char* host = HOST, const char* protocol = "/tcp") {
  return std::string(host) + ":" + std::to_string(server.port) + protocol;
}

}  // namespace latchkey::test

#define NETWORK_TEST_MAIN(Test) \
  int main(int argc, char** argv) { return latchkey::test::networkTestMain<Test>(argc, argv); }
