// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey __complete KIND`: what the completion scripts offer. One "WORD<tab>explanation" a line.
//
// Shells put the word into the command line as it is, unquoted: nothing is offered that a shell could read as more than
// a word, whatever a desktop file is called. No broker is started for it, and nothing waits long: a key was pressed.

#include <algorithm>

#include "app/cli/apps.h"
#include "app/cli/choose.h"
#include "app/cli/followed.h"
#include "app/cli/names.h"
#include "broker/base/text.h"
#include "broker/base/trials.h"
#include "launcher/desktop/desktop-places.h"
#include "launcher/flatpak/flatpak-places.h"

namespace latchkey::cli {
namespace {

constexpr auto PATIENCE = 1 * kj::SECONDS;
constexpr std::string_view PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@:+/=,-";

class Offers {
public:
  void add(std::string_view word, std::string_view explanation = {}) {
    if (word.empty() || word.find_first_not_of(PLAIN) != word.npos) return;
    m_lines.push_back(std::string(word) + "\t" + brief(explanation, 60) + "\n");
  }
  std::string text() {
    std::sort(m_lines.begin(), m_lines.end());
    m_lines.erase(std::unique(m_lines.begin(), m_lines.end()), m_lines.end());
    std::string all;
    for (auto& line : m_lines) all += line;
    return all;
  }

private:
  std::vector<std::string> m_lines;
};

template <typename Enum>
void offerNames(Offers& offers) {
  for (auto enumerant : capnp::Schema::from<Enum>().getEnumerants()) offers.add(enumerant.getProto().getName().cStr());
}

void offerFixed(Offers& offers, std::string_view kind) {
  auto all = [&](std::initializer_list<std::string_view> words) {
    for (auto word : words) offers.add(word);
  };
  if (kind == "lifetimes") all({"once", "run", "always", "15m", "8h", "7d"});
  if (kind == "durations") all({"15m", "1h", "8h", "7d"});
  if (kind == "accesses") offerNames<schema::Access>(offers);
  if (kind == "scopes") offerNames<schema::Scope>(offers);
  if (kind == "kinds") offerNames<schema::Kind>(offers);
  if (kind == "verdicts") offerNames<schema::Answer::Verdict>(offers);
  if (kind == "asks") offerNames<schema::AskMode>(offers);
  if (kind == "switches") all({"on", "off"});
  if (kind == "connection-acts") all({"end"});
  if (kind == "trial-acts") all({"list", "show", "keep", "discard"});
  if (kind == "rule-acts") all({"list", "never", "edit", "keep", "may-lapse", "preview", "export", "import"});
  if (kind == "peer-acts")
    all({"list", "invite", "invitations", "join", "add", "name", "forget", "block", "unblock", "route", "connect",
         "self"});
  if (kind == "repo-acts")
    all({"create", "add", "remove", "list", "sign", "mirror", "revoke", "rotate", "prune", "follow", "unfollow",
         "followed", "refresh"});
  if (kind == "bundle-acts") all({"keygen", "init", "build", "sign", "verify", "inspect"});
  if (kind == "share-kinds") all({"service", "network", "folder", "file", "app", "offer"});
  if (kind == "request-kinds") all({"folder", "file", "service", "network"});
  if (kind == "ask-kinds") all({"file", "folder", "network", "service"});
  if (kind == "settings")
    all({"gpu=", "own-sandboxes=", "shared-x=", "see-home-names=", "sound=", "notifications=", "tray=", "media-keys=",
         "accessibility=", "print=", "open-with=", "x-clipboard=", "input-methods=", "memory=", "processes=", "cpu=",
         "network-rate=", "network-a-day="});
}

template <typename Request>
auto answered(Call& call, Request request) {
  auto& timer = call.link.io().provider->getTimer();
  return timer.timeoutAfter(PATIENCE, request.send()).wait(call.link.waits());
}

void offerRequests(Call& call, schema::Person::Client person, Offers& offers, bool refusals) {
  auto ask = person.requestsRequest();
  ask.setRecent(refusals);
  auto answer = answered(call, kj::mv(ask));
  auto wanted = refusals ? schema::Request::State::NEVER : schema::Request::State::WAITING;
  for (auto request : answer.getList()) {
    if (request.getState() == wanted)
      offers.add(text(request.getId()), text(request.getApp()) + " " + targetOf(request.getObject()));
  }
}

void offerGrants(Call& call, schema::Person::Client person, Offers& offers, std::string_view kind) {
  auto ask = person.grantsRequest();
  ask.setEnded(kind == "ended-grants");
  auto answer = answered(call, kj::mv(ask));
  for (auto grant : answer.getList()) {
    if (kind == "holders") {
      offers.add(text(grant.getHolder()));
    } else if (kind == "grants" || grant.getEnded() != 0) {
      offers.add(text(grant.getId()), text(grant.getHolder()) + " " + targetOf(grant.getObject()));
    }
  }
}

void offerLive(Call& call, std::string_view kind, Offers& offers) {
  KJ_IF_MAYBE (person, call.link.tryPerson()) {
    if (kind == "requests" || kind == "refusals") offerRequests(call, *person, offers, kind == "refusals");
    if (kind == "grants" || kind == "ended-grants" || kind == "holders") offerGrants(call, *person, offers, kind);
    if (kind == "machines") {
      auto machines = answered(call, person->machinesRequest()).getMachines();
      auto answer = answered(call, machines.listRequest());
      for (auto machine : answer.getList()) {
        auto name = text(machine.getPetname());
        bool plain = !name.empty() && name.find_first_not_of(PLAIN) == name.npos;
        offers.add(plain ? name : text(machine.getId()), name);
      }
    }
    if (kind == "offers") {
      auto sharing = answered(call, person->sharingRequest()).getSharing();
      auto answer = answered(call, sharing.offersRequest());
      for (auto offer : answer.getList())
        offers.add(text(offer.getId()), text(offer.getTitle()) + ", " + text(offer.getMachineName()));
    }
    if (kind == "wishes") {
      auto sharing = answered(call, person->sharingRequest()).getSharing();
      auto answer = answered(call, sharing.wishesRequest());
      for (auto wish : answer.getList()) {
        if (wish.getState() == schema::WishInfo::State::WAITING)
          offers.add(text(wish.getId()), text(wish.getMachineName()) + ", " + nameOf(wish.getKind()));
      }
    }
    if (kind == "instances" || kind == "profiles" || kind == "holders") {
      auto answer = answered(call, person->instancesRequest());
      for (auto info : answer.getList()) {
        if (kind == "profiles") offers.add(text(info.getProfile()));
        else if (kind == "holders") offers.add(holderName(text(info.getApp()), text(info.getProfile())));
        else if (info.getState() != schema::InstanceInfo::State::ENDED)
          offers.add(text(info.getId()), text(info.getApp()));
      }
    }
  }
}

void offerOptions(const Command& command, Offers& offers) {
  for (auto& option : command.options) offers.add(option.name, option.text);
  offers.add("--help", "Explain this command");
}

}  // namespace

int completeWord(Call& call) {
  auto& words = call.typed.words();
  auto kind = words.empty() ? std::string() : words[0];
  Offers offers;
  offerFixed(offers, kind);
  if (kind == "trials") {
    for (auto& one : trial::list(call.link.places())) offers.add(one.id, one.name + ", " + one.started);
  }
  if (kind == "commands") {
    for (auto& command : commands()) {
      if (!command.name.starts_with("_")) offers.add(command.name, command.summary);
    }
  }
  if (kind == "options" && words.size() > 1) {
    if (auto command = findCommand(words[1])) offerOptions(*command, offers);
  }
  if (kind == "offered-apps") {
    for (auto& one : followed(call)) {
      auto follower = std::get_if<repository::Follower>(&one.follower);
      if (follower == nullptr) continue;
      auto catalog = follower->catalog();
      if (auto all = std::get_if<repository::Catalog>(&catalog))
        for (auto& offer : all->offers) offers.add(offer.id, offer.name);
    }
  }
  if (kind == "flatpaks") {
    for (auto& id : flatpak::installedIds(flatpak::Places::of(DesktopPlaces::fromEnvironment().dataHome)))
      offers.add(id);
  }
  if (kind == "apps" || kind == "holders" || kind == "bundles") {
    for (auto& app : startableApps()) {
      bool wanted =
          kind == "apps" || (kind == "bundles" ? app.id == app.bundle : app.bundle.empty() || app.id == app.bundle);
      if (wanted) offers.add(app.id, app.name);
    }
  }
  try {
    offerLive(call, kind, offers);
  } catch (const std::exception&) {
    // A broker that does not answer has nothing to offer.
  }
  call.console.print(offers.text());
  return DONE;
}

}  // namespace latchkey::cli
