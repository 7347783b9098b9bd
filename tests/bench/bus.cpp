// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// bench-bus: a program on the session bus, for measuring. Does what a line on its input says and answers with one line;
// times are nanoseconds since boot, durations nanoseconds.
//
//   ping NAME                       a duration: org.freedesktop.DBus.Peer.Ping of NAME's desktop object
//
//   settings NAME INTERFACE COUNT   COUNT durations: ReadAll of all there is
//
//   open                            "BEFORE AFTER": FileChooser.OpenFile, from the call to the response

#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-bus.h>
#include <time.h>

#include <iostream>
#include <sstream>
#include <string>

namespace {

constexpr char OBJECT[] = "/org/freedesktop/portal/desktop";

long long now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<long long>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

int check(int result, const char* what) {
  if (result >= 0) return result;
  fprintf(stderr, "bench-bus: %s: error %d\n", what, -result);
  exit(1);
}

void ping(sd_bus* bus, std::istream& words) {
  std::string name;
  words >> name;
  auto before = now();
  check(sd_bus_call_method(bus, name.c_str(), OBJECT, "org.freedesktop.DBus.Peer", "Ping", nullptr, nullptr, ""),
        "Ping");
  printf("%lld\n", now() - before);
}

void settings(sd_bus* bus, std::istream& words) {
  std::string name, interface;
  int count = 1;
  words >> name >> interface >> count;
  for (int i = 0; i < count; ++i) {
    auto before = now();
    sd_bus_message* answer = nullptr;
    check(sd_bus_call_method(bus, name.c_str(), OBJECT, interface.c_str(), "ReadAll", nullptr, &answer, "as", 0),
          "ReadAll");
    printf("%lld ", now() - before);
    sd_bus_message_unref(answer);
  }
  printf("\n");
}

int answered(sd_bus_message*, void* done, sd_bus_error*) {
  *static_cast<bool*>(done) = true;
  return 0;
}

void openFile(sd_bus* bus) {
  bool done = false;
  check(sd_bus_match_signal(bus, nullptr, nullptr, nullptr, "org.freedesktop.portal.Request", "Response", answered,
                            &done),
        "match");
  auto before = now();
  check(sd_bus_call_method(bus, "org.freedesktop.portal.Desktop", OBJECT, "org.freedesktop.portal.FileChooser",
                           "OpenFile", nullptr, nullptr, "ssa{sv}", "", "A file", 0),
        "OpenFile");
  while (!done) {
    if (check(sd_bus_process(bus, nullptr), "process") == 0) check(sd_bus_wait(bus, UINT64_MAX), "wait");
  }
  printf("%lld %lld\n", before, now());
}

}  // namespace

int main() {
  sd_bus* bus = nullptr;
  check(sd_bus_open_user(&bus), "the bus");
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "ping") ping(bus, words);
    if (word == "settings") settings(bus, words);
    if (word == "open") openFile(bus);
    fflush(stdout);
  }
  sd_bus_flush_close_unref(bus);
  return 0;
}
