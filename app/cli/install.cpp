// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey install`: a bundle, or what a repository offers, is looked at, shown, and installed as it was shown.

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "app/cli/bundle.h"
#include "app/cli/followed.h"
#include "app/cli/install.h"
#include "app/cli/names.h"
#include "app/cli/package-grants.h"
#include "app/cli/package-sheet.h"
#include "app/cli/packages.h"
#include "app/cli/place.h"
#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "launcher/bundle/bundle-id.h"
#include "launcher/store/newer.h"

namespace latchkey::cli {
namespace {

using Step = schema::Sheet::Step;
using Result = schema::InstallOutcome::Result;

kj::AutoCloseFd openBundle(const std::string& path) {
  kj::AutoCloseFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status{};
  if (file.get() < 0) throw UsageError(brief(path, 100) + " cannot be opened: " + strerror(errno));
  if (fstat(file, &status) < 0 || !S_ISREG(status.st_mode)) throw UsageError(brief(path, 100) + " is no file");
  return file;
}

// How far it is, on a terminal.
class Progress final : public schema::InstallProgress::Server {
  using Stage = schema::InstallProgress::Stage;

public:
  kj::Promise<void> at(AtContext context) override {
    auto at = context.getParams();
    auto percent = at.getWhole() == 0 ? 0 : at.getDone() * 100 / at.getWhole();
    if (percent != m_percent || at.getStage() != m_stage)
      fprintf(stderr, "\r%s %3d %%\r", word(at.getStage()), int(percent));
    m_percent = percent;
    m_stage = at.getStage();
    return kj::READY_NOW;
  }
  ~Progress() noexcept(false) {
    if (m_percent != NOTHING) fputs("\r                  \r", stderr);
  }

private:
  static constexpr uint64_t NOTHING = 1000;
  static const char* word(Stage stage) {
    switch (stage) {
      case Stage::FETCHING: return "Fetching  ";
      case Stage::UNPACKING: return "Unpacking ";
      default: return "Installing";
    }
  }

  uint64_t m_percent = NOTHING;
  Stage m_stage = Stage::UNPACKING;
};

std::string called(schema::BundleReport::Reader report) {
  return brief(text(report.getId()), 200) + " " + brief(text(report.getVersion()), 64);
}

int tell(Call& call, schema::InstallOutcome::Reader outcome, schema::BundleReport::Reader report) {
  auto id = brief(text(report.getId()), 200);
  switch (outcome.getResult()) {
    case Result::INSTALLED:
      call.console.print(
          "Installed " + called(report) +
          (report.getIsRuntime() ? ". Apps can run on it.\n" : ". Start it with `latchkey run " + id + "`.\n"));
      break;
    case Result::UPDATED:
      call.console.print("Updated to " + called(report) + ". What runs goes on as it was.\n");
      break;
    case Result::PENDING:
      call.console.print(called(report) + " claims more than the installed version, which stays:\n" +
                         claimLines(outcome.getClaims(), true, call.console) + "Accept it with `latchkey update " + id +
                         "`.\n");
      break;
    case Result::PRESENT: call.console.print(called(report) + " is installed already.\n"); break;
  }
  return DONE;
}

// Why it is not even asked about; empty if it may be.
std::string objection(const Call& call, schema::Sheet::Reader sheet) {
  if (sheet.getRefusal().size() > 0) return text(sheet.getRefusal());
  if (sheet.getStep() != Step::OLDER || call.typed.has("--replace-older")) return {};
  return "it is not newer than the installed " + brief(text(sheet.getInstalled()), 64) +
         ": say --replace-older if you want it all the same";
}

}  // namespace

namespace {

// What was looked at: shown, asked about, and installed as it was shown.
template <typename Found>
int installFound(Call& call, Found& found, const std::string& called, const std::string& origin) {
  auto sheet = found.getSheet();
  auto allowed = chooseClaims(sheet.getClaims(), call.typed.values("--allow"));
  if (auto why = objection(call, sheet); !why.empty()) return refuseBundle(called, why);
  bool present = sheet.getStep() == Step::SAME;
  bool asked = !present && !call.typed.has("--yes");
  if (!present) call.console.print(sheetText(sheet, call.console));
  if (asked && !agrees(call, sheet.getStep() == Step::INSTALL ? "Install it?" : "Replace what is installed?"))
    return FAILED;
  auto install = found.getBundle().installRequest();
  auto options = install.initOptions();
  options.setOlder(call.typed.has("--replace-older"));
  options.setWider(asked);   // Only who has seen what it claims has accepted it.
  options.setRuntime(true);  // It was shown, and named is what it comes with.
  options.setOrigin(origin);
  if (isatty(STDERR_FILENO)) install.setProgress(kj::heap<Progress>());
  auto answer = install.send().wait(call.link.waits());
  auto status = tell(call, answer.getOutcome(), sheet.getReport());
  if (answer.getOutcome().getResult() == Result::PENDING) {
    if (!allowed.empty()) Console::complain("what --allow named is not given, since that version waits");
    return status;
  }
  return allowClaims(call, text(sheet.getReport().getId()), allowed) ? status : FAILED;
}

int installFile(Call& call, const std::string& path) {
  auto look = packages(call).lookRequest();
  look.setFile(descriptorOf(openBundle(path)));
  if (auto expected = expectedKey(call)) look.setExpected(expected->line());
  auto found = look.send().wait(call.link.waits());
  return installFound(call, found, path, escaped(absolutePath(path)));
}

auto look(Call& call, const repository::FollowedOffer& offered) {
  auto look = packages(call).lookOfferRequest();
  look.setFollowed(offered.followed);
  look.setId(offered.offer.id);
  look.setChannel(offered.offer.channel);
  return look.send().wait(call.link.waits());
}

// The program that keeps what is installed starts while repositories are asked.
schema::Packages::Client startedPackages(Call& call) {
  auto client = packages(call);
  call.link.waits().poll();
  return client;
}

int installOffer(Call& call, const std::string& id) {
  auto channel = call.typed.value("--channel"), from = call.typed.value("--repository");
  auto expected = expectedKey(call);
  auto started = startedPackages(call);
  auto offers = freshOffers(call);
  std::erase_if(offers, [&](auto& one) {
    return one.offer.id != id || one.offer.channel != (channel.empty() ? repository::STABLE : channel) ||
           (!from.empty() && one.repository != from);
  });
  if (offers.empty()) return refuseBundle(id, "no repository that you follow offers it: look with `latchkey search`");
  std::ranges::sort(offers, {}, &repository::FollowedOffer::repository);
  if (offers.size() > 1)
    return refuseBundle(id, "more than one repository offers it: say --repository " + offers[0].repository + ", or " +
                                offers[1].repository);
  auto found = look(call, offers[0]);
  // Of what will be installed, whatever the catalog said a moment ago.
  if (expected && expected->line() != text(found.getSheet().getSigner().getKey()))
    return refuseBundle(id, "it is signed by another key");
  return installFound(call, found, id, offers[0].origin());
}

// A path, or whatever is called so here; else the id of an app.
bool namesFile(const std::string& word) {
  return word.find('/') != word.npos || word.ends_with(".latchkey") || access(word.c_str(), F_OK) == 0 ||
         !isBundleId(word);
}

store::InstalledApp appOf(schema::Package::Reader package) {
  return {.id = text(package.getId()),
          .version = text(package.getVersion()),
          .signer = text(package.getSigner().getKey()),
          .origin = text(package.getOrigin()),
          .pending = package.hasPending() ? text(package.getPending().getVersion()) : "",
          .automatic = package.getAutomatic()};
}

}  // namespace

int installBundleFile(Call& call, const std::string& path, const std::string& called, const std::string& origin) {
  auto look = packages(call).lookRequest();
  look.setFile(descriptorOf(openBundle(path)));
  auto found = look.send().wait(call.link.waits());
  return installFound(call, found, called, origin);
}

int installBundle(Call& call) {
  call.atMost(1);
  auto& word = call.word(0, "FILE or ID");
  bool file = namesFile(word);
  if (file && (call.typed.has("--channel") || call.typed.has("--repository")))
    throw UsageError("a file is of no repository");
  return file ? installFile(call, word) : installOffer(call, word);
}

Updates updateFromRepositories(Call& call, const std::string& only) {
  Updates updates;
  auto asking = startedPackages(call).installedRequest().send();
  call.link.waits().poll();  // It is on its way while repositories are asked.
  auto offers = freshOffers(call);
  if (offers.empty()) return updates;
  updates.asked = true;
  auto installed = asking.wait(call.link.waits());
  for (auto package : installed.getList()) {
    auto app = appOf(package);
    if (app.version.empty() || (only.empty() ? !app.automatic : only != app.id)) continue;
    bool fromRepository = std::ranges::any_of(offers, [&](auto& one) { return one.origin() == app.origin; });
    auto newest = store::newestFor(app, offers, fromRepository);
    if (newest == nullptr || app.pending == newest->offer.version) continue;
    try {
      auto found = look(call, *newest);
      auto sheet = found.getSheet();
      if (sheet.getRefusal().size() > 0) fail(text(sheet.getRefusal()));
      auto install = found.getBundle().installRequest();
      install.initOptions().setOrigin(newest->origin());
      if (isatty(STDERR_FILENO)) install.setProgress(kj::heap<Progress>());
      auto answer = install.send().wait(call.link.waits());
      tell(call, answer.getOutcome(), sheet.getReport());
      ++updates.installed;
    } catch (const kj::Exception& exception) {
      if (exception.getType() == kj::Exception::Type::DISCONNECTED) throw;
      Console::complain(brief(app.id, 200) + " " + brief(newest->offer.version, 64) + ": " + reason(exception));
      ++updates.failed;
    }
  }
  return updates;
}

}  // namespace latchkey::cli
