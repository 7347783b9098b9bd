// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey install`: a bundle is looked at, shown, and installed as it was shown.

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cli/bundle.h"
#include "app/cli/names.h"
#include "app/cli/package-grants.h"
#include "app/cli/package-sheet.h"
#include "app/cli/packages.h"
#include "app/cli/place.h"
#include "broker/base/descriptor.h"
#include "broker/base/text.h"

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
  static const char* word(Stage stage) { return stage == Stage::UNPACKING ? "Unpacking " : "Installing"; }

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
      call.console.print("Installed " + called(report) + ". Start it with `latchkey run " + id + "`.\n");
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

int installBundle(Call& call) {
  call.atMost(1);
  auto& path = call.word(0, "FILE");
  auto expected = expectedKey(call);
  auto look = packages(call).lookRequest();
  look.setFile(descriptorOf(openBundle(path)));
  if (expected) look.setExpected(expected->line());
  auto found = look.send().wait(call.link.waits());
  auto sheet = found.getSheet();
  auto allowed = chooseClaims(sheet.getClaims(), call.typed.values("--allow"));
  if (auto why = objection(call, sheet); !why.empty()) return refuseBundle(path, why);
  bool present = sheet.getStep() == Step::SAME;
  bool asked = !present && !call.typed.has("--yes");
  if (!present) call.console.print(sheetText(sheet, call.console));
  if (asked && !agrees(call, sheet.getStep() == Step::INSTALL ? "Install it?" : "Replace what is installed?"))
    return FAILED;
  auto install = found.getBundle().installRequest();
  auto options = install.initOptions();
  options.setOlder(call.typed.has("--replace-older"));
  options.setWider(asked);  // Only who has seen what it claims has accepted it.
  options.setOrigin(escaped(absolutePath(path)));
  if (isatty(STDERR_FILENO)) install.setProgress(kj::heap<Progress>());
  auto answer = install.send().wait(call.link.waits());
  auto status = tell(call, answer.getOutcome(), sheet.getReport());
  if (answer.getOutcome().getResult() == Result::PENDING) {
    if (!allowed.empty()) Console::complain("what --allow named is not given, since that version waits");
    return status;
  }
  return allowClaims(call, text(sheet.getReport().getId()), allowed) ? status : FAILED;
}

}  // namespace latchkey::cli
