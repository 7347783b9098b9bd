// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey repo` for publishers: a folder that any web server or USB stick can carry. No broker is needed for it.

#include <fcntl.h>
#include <kj/debug.h>

#include <algorithm>
#include <format>

#include "app/cli/bundle.h"
#include "app/cli/repo.h"
#include "app/cli/staging.h"
#include "app/cli/table.h"
#include "broker/base/files.h"
#include "broker/base/json.h"
#include "broker/base/text.h"
#include "broker/base/times.h"
#include "launcher/repository/publisher.h"

namespace latchkey::cli {
namespace {

using namespace repository;

Duration lifetimeOf(const Call& call) {
  auto typed = call.typed.value("--for", "30d");
  KJ_IF_MAYBE (time, parseDuration(typed)) {
    if (*time > Duration() && *time <= Head::LONGEST) return *time;
  }
  throw UsageError("--for is how long it is good, as 30d or 12h; 366 days at most");
}

std::string needed(const Call& call, std::string_view option, std::string_view what) {
  auto value = call.typed.value(option);
  if (value.empty()) throw UsageError("say " + std::string(option) + ": " + std::string(what));
  return value;
}

void printState(const Call& call, const std::string& folder, const Publisher& publisher) {
  auto& head = publisher.head();
  call.console.print(std::format("{}: {}, state {} of key {}, {} {}, good until {}\n", escaped(folder),
                                 escaped(head.id), head.version, head.generation, publisher.catalog().offers.size(),
                                 publisher.catalog().offers.size() == 1 ? "app" : "apps", formatTime(head.expires)));
}

int create(Call& call, const std::string& folder) {
  call.atMost(2);
  auto id = needed(call, "--id", "what it is called, as org.example.apps");
  auto key = signingKey(call);
  auto next = publicKeyOf(needed(call, "--next-key",
                                 "the public key that comes after this one; make it with "
                                 "`latchkey bundle keygen`, and keep its secret part elsewhere"));
  Publisher::create(folder, id, key, next, call.clock.wall(), lifetimeOf(call));
  call.console.print(escaped(folder) + ": " + escaped(id) + ", an empty repository\nWho follows it needs its key:\n  " +
                     key.publicKey().line() + "\n");
  return DONE;
}

// The app's words, as the process that read the bundle says them.
Offer offerOf(schema::BundleReport::Reader report, const std::string& channel) {
  auto text = [](capnp::Text::Reader words) { return std::string(words.cStr(), words.size()); };
  Offer offer{.isRuntime = report.getIsRuntime(),
              .id = text(report.getId()),
              .channel = channel,
              .version = text(report.getVersion()),
              .bytes = report.getBytes(),
              .name = text(report.getName()),
              .summary = text(report.getSummary())};
  for (auto one : report.getTranslations()) {
    if (one.getName().size() > 0 || one.getSummary().size() > 0)
      offer.translations.push_back({text(one.getLanguage()), text(one.getName()), text(one.getSummary())});
  }
  std::ranges::sort(offer.translations, {}, &Offer::Words::language);
  return offer;
}

// Why not; else nothing.
std::string addOne(Publisher& publisher, const std::string& path, const std::string& channel) {
  auto opened = BundleFile::open(path);
  if (auto problem = std::get_if<BundleProblem>(&opened)) return problem->reason;
  auto& bundle = std::get<BundleFile>(opened);
  Staging staging;
  kj::AutoCloseFd folder(open(staging.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // It checks the signature before anything else.
  auto unpacked = Bundler().unpack(bundle, folder);
  if (auto problem = std::get_if<BundleProblem>(&unpacked)) return problem->reason;
  auto report = std::get<std::unique_ptr<BundleReport>>(unpacked)->get();
  publisher.add(offerOf(report, channel), bundle.list, bundle.signature, bundle.head.signer, folder);
  return {};
}

int add(Call& call, const std::string& folder) {
  auto channel = call.typed.value("--channel", STABLE);
  if (!isChannel(channel)) throw UsageError("a channel is a word of a-z, 0-9 and -");
  call.word(2, "a bundle");
  auto key = signingKey(call);
  Packer packer;
  Publisher publisher(folder, packer);
  auto& words = call.typed.words();
  for (size_t i = 2; i < words.size(); ++i) {
    if (auto problem = addOne(publisher, words[i], channel); !problem.empty()) return refuseBundle(words[i], problem);
  }
  publisher.publish(key, call.clock.wall(), lifetimeOf(call));
  printState(call, folder, publisher);
  return DONE;
}

int remove(Call& call, const std::string& folder) {
  call.atMost(3);
  auto& id = call.word(2, "ID");
  auto key = signingKey(call);
  Packer packer;
  Publisher publisher(folder, packer);
  if (!publisher.remove(id, call.typed.value("--channel", STABLE))) {
    Console::complain(brief(id, 100) + " is not in it");
    return FAILED;
  }
  publisher.publish(key, call.clock.wall(), lifetimeOf(call));
  printState(call, folder, publisher);
  return DONE;
}

int list(Call& call, const std::string& folder) {
  call.atMost(2);
  Packer packer;
  Publisher publisher(folder, packer);
  if (call.json()) {
    JsonArray json;
    for (auto& offer : publisher.catalog().offers) {
      json.object()
          .field("id", offer.id)
          .field("channel", offer.channel)
          .field("version", offer.version)
          .field("bytes", static_cast<int64_t>(offer.bytes))
          .field("signer", offer.signer.idText());
    }
    call.console.print(json.finish());
    return DONE;
  }
  printState(call, folder, publisher);
  Table table({"APP", "CHANNEL", "VERSION", "SIGNED BY", "NAME"});
  for (auto& offer : publisher.catalog().offers)
    table.row({{offer.id}, {offer.channel}, {offer.version}, {offer.signer.idText()}, {offer.name}});
  if (!table.empty()) call.console.print(table.text(call.console));
  return DONE;
}

int sign(Call& call, const std::string& folder) {
  call.atMost(2);
  auto key = signingKey(call);
  Packer packer;
  Publisher publisher(folder, packer);
  publisher.publish(key, call.clock.wall(), lifetimeOf(call));
  printState(call, folder, publisher);
  return DONE;
}

int mirror(Call& call, const std::string& folder) {
  auto key = signingKey(call);
  Packer packer;
  Publisher publisher(folder, packer);
  publisher.setMirrors({call.typed.words().begin() + 2, call.typed.words().end()});
  publisher.publish(key, call.clock.wall(), lifetimeOf(call));
  printState(call, folder, publisher);
  return DONE;
}

int revoke(Call& call, const std::string& folder) {
  call.atMost(3);
  auto signer = publicKeyOf(call.word(2, "the key of who signed apps"));
  auto key = signingKey(call);
  Packer packer;
  Publisher publisher(folder, packer);
  publisher.revoke(signer);
  publisher.publish(key, call.clock.wall(), lifetimeOf(call));
  call.console.print(signer.idText() + " is revoked: nobody who follows " + escaped(publisher.head().id) +
                     " takes what it signed.\n");
  return DONE;
}

int rotate(Call& call, const std::string& folder) {
  call.atMost(2);
  auto fresh = secretKeyOf(needed(call, "--new-key", "the secret key that was announced as the next"));
  auto next = publicKeyOf(needed(call, "--next-key", "the public key that comes after that"));
  auto old = signingKey(call);
  Packer packer;
  Publisher publisher(folder, packer);
  publisher.rotate(old, fresh, next, call.clock.wall(), lifetimeOf(call));
  call.console.print("From now on it is signed by " + fresh.publicKey().idText() +
                     ". Who follows it already needs to do nothing; tell others the new key:\n  " +
                     fresh.publicKey().line() + "\n");
  return DONE;
}

int prune(Call& call, const std::string& folder) {
  call.atMost(2);
  Duration age = std::chrono::hours(24 * 7);
  if (call.typed.has("--older")) {
    KJ_IF_MAYBE (typed, parseDuration(call.typed.value("--older"))) age = *typed;
    else throw UsageError("--older is an age, as 7d or 12h");
  }
  Packer packer;
  auto bytes = Publisher(folder, packer).prune(age, call.clock.wall());
  call.console.print(std::format("{}: {:.1f} MB that nothing needs any more were removed\n", escaped(folder),
                                 static_cast<double>(bytes) / 1e6));
  return DONE;
}

}  // namespace

std::optional<int> publishRepository(Call& call, const std::string& act) {
  if (call.typed.has("--for")) lifetimeOf(call);  // Before anything is opened.
  constexpr std::pair<const char*, int (*)(Call&, const std::string&)> ACTS[] = {
      {"create", create}, {"add", add},       {"remove", remove}, {"list", list},  {"sign", sign},
      {"mirror", mirror}, {"revoke", revoke}, {"rotate", rotate}, {"prune", prune}};
  for (auto& [name, run] : ACTS) {
    if (act == name) return run(call, call.word(1, "the folder of the repository"));
  }
  return {};
}

}  // namespace latchkey::cli
