// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// repository-client FOLDER ID STORE: fetches an app of a repository that is followed in FOLDER, and writes each
// of its contents into STORE under its digest. To be killed meanwhile.

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "launcher/repository/delivery.h"

using namespace latchkey;
using namespace latchkey::repository;

namespace {

template <typename Value>
Value orEnd(std::variant<Value, Problem> result) {
  if (auto problem = std::get_if<Problem>(&result)) {
    fprintf(stderr, "%s\n", problem->reason.c_str());
    exit(1);
  }
  return std::move(std::get<Value>(result));
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) return 2;
  Fetcher fetcher;
  Packer packer(std::string(getenv("LATCHKEY_BIN")) + "/latchkey-chunks");
  SystemClock clock;
  Reach reach{fetcher, packer, clock};
  auto follower = orEnd(Follower::load(words[1]));
  auto catalog = orEnd(follower.catalog());
  auto offer = catalog.find(words[2]);
  if (offer == nullptr) return 3;
  auto delivery = orEnd(Delivery::open(follower, *offer, reach));
  if (auto problem = delivery.fetch(follower, reach)) {
    fprintf(stderr, "%s\n", problem->reason.c_str());
    return 1;
  }
  for (auto& content : delivery.contents()) {
    auto path = std::string(words[3]) + "/" + content.digest;
    int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 || delivery.write(content.digest, file)) return 4;
    close(file);
  }
  delivery.finish();
  return 0;
}
