// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey repo follow` and what belongs to it, and `latchkey search`: repositories that the person follows.

#include "app/cli/repo.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <format>

#include "app/cli/bundle.h"
#include "app/cli/followed.h"
#include "app/cli/table.h"
#include "broker/base/files.h"
#include "broker/base/json.h"
#include "broker/base/text.h"
#include "broker/base/times.h"

namespace latchkey::cli {
namespace {

using namespace repository;

int refuse(const std::string& what, const Problem& problem) {
  Console::complain(brief(what, 200) + ": " + problem.reason);
  return FAILED;
}

void printFollowed(const Call& call, const Follower& follower) {
  auto catalog = follower.catalog();
  auto apps = std::get_if<Catalog>(&catalog) == nullptr ? 0 : std::get<Catalog>(catalog).offers.size();
  call.console.print(std::format("{}: {} {}, good until {}\n", escaped(follower.head().id), apps,
                                 apps == 1 ? "app" : "apps", formatTime(follower.head().expires)));
}

int follow(Call& call) {
  call.atMost(2);
  auto location = call.word(1, "where it is: https://..., or a folder");
  if (!location.starts_with('/') && location.find("://") == location.npos)
    location = std::filesystem::absolute(location).lexically_normal().string();
  auto typed = call.typed.value("--key");
  if (typed.empty()) throw UsageError("say --key: the repository's public key, as its publisher told you");
  auto key = publicKeyOf(typed);
  ensureOwnDirectory(call.link.places().data);
  Hands hands(call);
  auto result = followIn(call.link.places().repositories(), location, key, hands.reach);
  if (auto problem = std::get_if<Problem>(&result)) return refuse(location, *problem);
  printFollowed(call, std::get<Follower>(result));
  return DONE;
}

int unfollow(Call& call) {
  call.atMost(2);
  auto& word = call.word(1, "which: its name or where it is");
  unsigned found = 0;
  const Followed* which = nullptr;
  auto all = followed(call);
  for (auto& one : all) {
    auto follower = std::get_if<Follower>(&one.follower);
    bool meant = follower != nullptr ? follower->head().id == word || follower->location() == word
                                     : one.folder.ends_with("/" + word);
    if (!meant) continue;
    which = &one;
    ++found;
  }
  if (found != 1) {
    Console::complain(brief(word, 200) +
                      (found == 0 ? " is not followed" : " is followed more than once: say where it is"));
    return FAILED;
  }
  if (auto problem = unfollow(*which)) return refuse(which->folder, *problem);
  call.console.print(escaped(word) + " is not followed any more. What is installed from it stays.\n");
  return DONE;
}

int listFollowed(Call& call) {
  call.atMost(1);
  JsonArray json;
  Table table({"REPOSITORY", "WHERE", "APPS", "GOOD UNTIL"});
  for (auto& one : followed(call)) {
    if (auto problem = std::get_if<Problem>(&one.follower)) {
      Console::complain(one.folder + ": " + problem->reason);
      continue;
    }
    auto& follower = std::get<Follower>(one.follower);
    auto catalog = follower.catalog();
    auto apps = std::get_if<Catalog>(&catalog) == nullptr ? size_t{0} : std::get<Catalog>(catalog).offers.size();
    auto& head = follower.head();
    bool stale = follower.staleness(call.clock).has_value();
    json.object()
        .field("id", head.id)
        .field("location", follower.location())
        .field("key", follower.key().line())
        .field("version", static_cast<int64_t>(head.version))
        .field("apps", static_cast<int64_t>(apps))
        .field("expires", formatTime(head.expires))
        .flag("stale", stale);
    table.row({{head.id},
               {escaped(follower.location())},
               {std::to_string(apps)},
               {formatTime(head.expires), stale ? Tone::Bad : Tone::Plain}});
  }
  if (call.json()) call.console.print(json.finish());
  else if (table.empty()) call.console.print("You follow no repository: latchkey repo follow URL --key KEY\n");
  else call.console.print(table.text(call.console));
  return DONE;
}

int refresh(Call& call) {
  call.atMost(1);
  Hands hands(call);
  int status = DONE;
  for (auto& one : followed(call)) {
    if (auto problem = std::get_if<Problem>(&one.follower)) {
      status = refuse(one.folder, *problem);
      continue;
    }
    auto& follower = std::get<Follower>(one.follower);
    auto news = follower.refresh(hands.reach);
    if (auto problem = std::get_if<Problem>(&news)) status = refuse(follower.location(), *problem);
    else if (std::get<Follower::News>(news) == Follower::News::Changed) printFollowed(call, follower);
    else call.console.print(escaped(follower.head().id) + ": nothing new\n");
  }
  return status;
}

}  // namespace

int searchRepositories(Call& call) {
  JsonArray json;
  Table table({"APP", "VERSION", "CHANNEL", "REPOSITORY", "NAME", "SAYS"});
  int status = DONE;
  for (auto& one : followed(call)) {
    auto follower = std::get_if<Follower>(&one.follower);
    auto catalog = follower == nullptr ? std::get<Problem>(one.follower) : follower->catalog();
    if (auto problem = std::get_if<Problem>(&catalog)) {
      status = refuse(follower == nullptr ? one.folder : follower->location(), *problem);
      continue;
    }
    if (auto stale = follower->staleness(call.clock)) Console::complain(stale->reason);
    for (auto offer : std::get<Catalog>(catalog).search(call.typed.words())) {
      json.object()
          .field("id", offer->id)
          .field("version", offer->version)
          .field("channel", offer->channel)
          .field("repository", follower->head().id)
          .field("name", offer->name)
          .field("summary", offer->summary)
          .field("signer", offer->signer.idText())
          .field("bytes", static_cast<int64_t>(offer->bytes));
      table.row({{offer->id, Tone::Strong},
                 {offer->version},
                 {offer->channel},
                 {follower->head().id},
                 {offer->name},
                 {offer->summary, Tone::Faint}});
    }
  }
  if (call.json()) call.console.print(json.finish());
  else if (!table.empty()) call.console.print(table.text(call.console));
  else if (status == DONE) call.console.print("Nothing like that in the repositories you follow.\n");
  return status;
}

int manageRepositories(Call& call) {
  auto& act = call.word(0,
                        "what to do (create, add, remove, list, sign, mirror, revoke, rotate, prune; follow, unfollow, "
                        "followed, refresh)");
  if (auto status = publishRepository(call, act)) return *status;
  if (act == "follow") return follow(call);
  if (act == "unfollow") return unfollow(call);
  if (act == "followed") return listFollowed(call);
  if (act == "refresh") return refresh(call);
  throw UsageError(
      "say create, add, remove, list, sign, mirror, revoke, rotate or prune; follow, unfollow, followed or "
      "refresh");
}

}  // namespace latchkey::cli
