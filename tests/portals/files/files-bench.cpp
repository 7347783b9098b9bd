// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Files through the portal against the same files natively, in turn, medians of several rounds. Pins itself and all it
// starts to one processor: waking another one costs more than what is measured.
//
//   files-bench [--json]

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {

constexpr int ROUNDS = 7;
bool json = false, first = true;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// `target`: ours divided by native in time; 0: none.
void row(const char* name, double ours, double native, double target) {
  if (json) {
    printf("%s{\"row\":\"%s\",\"ours_ns\":%.0f,\"native_ns\":%.0f,\"ratio\":%.3f,\"target\":%.2f}", first ? "[" : ",\n",
           name, ours, native, native > 0 ? ours / native : 0, target);
  } else if (native > 0) {
    printf("%-34s ours %10.1f us  native %10.1f us  %.2f of native speed (target >= %.2f)\n", name, ours / 1000,
           native / 1000, native / ours, 1 / target);
  } else {
    printf("%-34s ours %10.1f us  (target <= %.0f us)\n", name, ours / 1000, target / 1000);
  }
  first = false;
  fflush(stdout);
}

double native(const std::string& kind, const std::string& path, long count) {
  const char* bin = getenv("LATCHKEY_BIN");
  auto probe = (fs::path(bin ? bin : "/src/build/release/bin").parent_path() / "tests/files-probe").string();
  auto command = probe + " --bench " + kind + " " + path + " " + std::to_string(count);
  auto* out = popen(command.c_str(), "r");
  double value = 0;
  if (fscanf(out, "%lf", &value) != 1) value = -1;
  pclose(out);
  return value;
}

void compare(Sandbox& box, const char* name, const std::string& kind, const std::string& path, long count,
             double target) {
  std::vector<double> ours, theirs;
  for (int i = 0; i < ROUNDS; ++i) {
    theirs.push_back(native(kind, path, count));
    ours.push_back(static_cast<double>(box.number("bench " + kind + " " + path + " " + std::to_string(count), 120)));
  }
  row(name, median(ours), median(theirs), target);
}

double since(timespec begin) {
  timespec end{};
  clock_gettime(CLOCK_MONOTONIC, &end);
  return static_cast<double>((end.tv_sec - begin.tv_sec) * 1'000'000'000L + end.tv_nsec - begin.tv_nsec);
}

void revocations(World& world, Sandbox& box) {
  std::vector<double> revoke, give;
  auto path = world.path("Documents/single.txt");
  for (int i = 0; i < 100; ++i) {
    timespec begin{};
    clock_gettime(CLOCK_MONOTONIC, &begin);
    auto grant = box.give(path, {.access = Access::WRITE});
    box.run("stat " + path);
    give.push_back(since(begin));
    auto fd = box.run("open " + path + " r+");
    auto map = box.run("mmap " + fd + " 4 rw");
    box.run("poke " + map + " 0 x");
    clock_gettime(CLOCK_MONOTONIC, &begin);
    world.wait(grant.revokeRequest().send().ignoreResult());
    revoke.push_back(since(begin));
    box.run("close " + fd);
  }
  std::ranges::sort(revoke);
  std::ranges::sort(give);
  row("revoke open+mapped+dirty, median", revoke[50], 0, 3e6);
  row("revoke open+mapped+dirty, p90", revoke[90], 0, 3e6);
  row("revoke open+mapped+dirty, p99", revoke[99], 0, 50e6);
  row("grant to first stat, median", give[50], 0, 1e6);
}

void revokeMany(World& world, Sandbox& box) {
  std::vector<double> times;
  for (int i = 0; i < ROUNDS; ++i) {
    auto grant = box.give(world.path("Documents/many"), {.scope = Scope::TREE});
    box.run("exec cat%20" + world.path("Documents/many") + "/*%20>/dev/null", 60);
    timespec begin{};
    clock_gettime(CLOCK_MONOTONIC, &begin);
    world.wait(grant.revokeRequest().send().ignoreResult());
    times.push_back(since(begin));
  }
  row("revoke 1000 cached files, median", median(times), 0, 10e6);
}

int run() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
  auto missing = World::missing();
  if (!missing.empty()) {
    fprintf(stderr, "files-bench: %s\n", missing.c_str());
    return 1;
  }
  World world;
  world.write("Documents/p/small", std::string(3000, 's'));
  world.write("Documents/p/large", std::string(16 << 20, 'l'));
  world.write("Documents/single.txt", "text");
  for (int i = 0; i < 1000; ++i) world.write("Documents/many/" + std::to_string(i), "content");
  auto repository = world.path("Documents/p/git");
  auto make = "mkdir -p " + repository + " && cd " + repository +
              " && git init -q && for d in $(seq 40); do mkdir d$d; for f in $(seq 50); do echo $d$f >d$d/f$f; done; "
              "done && git add . "
              "&& git -c user.name=a -c user.email=b commit -qm one";
  if (system(make.c_str()) != 0) return 1;
  auto box = world.sandbox();
  box->give(world.path("Documents/p"), {.access = Access::WRITE, .scope = Scope::TREE});
  compare(*box, "stat", "stat", world.path("Documents/p/small"), 20000, 1 / 0.4);
  compare(*box, "open+read+close, small", "open", world.path("Documents/p/small"), 5000, 1 / 0.15);
  compare(*box, "4k random, cached", "read4k", world.path("Documents/p/large"), 20000, 1 / 0.6);
  compare(*box, "read 16 MiB, new open", "readall", world.path("Documents/p/large"), 10, 1 / 0.45);
  compare(*box, "git status, 2000 files", "git", repository, 3, 3);
  revocations(world, *box);
  revokeMany(world, *box);
  if (json) printf("]\n");
  return 0;
}

}  // namespace

int main(int count, char** words) {
  json = count > 1 && strcmp(words[1], "--json") == 0;
  return run();
}
