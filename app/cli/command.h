// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The table of commands: what each is called, takes, means and does. Help, usage errors and completion are made from
// it.

#include <string>
#include <string_view>
#include <vector>

#include "app/cli/console.h"
#include "app/cli/link.h"
#include "app/cli/words.h"
#include "broker/base/clock.h"

namespace latchkey::cli {

// Statuses of every command but `run`, which has those of the contract.
constexpr int DONE = 0, FAILED = 1, MISUSED = 2, COULD_NOT = 125;

// What one command is given to work with.
struct Call {
  const Typed& typed;
  const Console& console;
  const Clock& clock;
  Link& link;

  bool json() const { return typed.has("--json"); }
  // Word number `index`, or a UsageError saying `what` is missing.
  const std::string& word(size_t index, std::string_view what) const;
  // UsageError if there are more words than that.
  void atMost(size_t words) const;
};

constexpr std::string_view SHARED_X_WARNING =
    "It can see and control everything on your screen, including these questions: those that Latchkey asks.";

struct Command {
  std::string_view name;
  std::string_view synopsis;  // After "latchkey NAME".
  std::string_view summary;   // One line.
  std::string_view details;   // Paragraphs for its own help.
  std::vector<Option> options;
  std::vector<std::string_view> words;  // Kinds `latchkey __complete` offers for the words, in order; the last repeats.
  Order order = Order::Anywhere;
  int (*act)(Call&) = nullptr;
};

// A whole number between 0 and `most`, or a UsageError.
uint64_t wholeNumber(std::string_view what, std::string_view text, uint64_t most);

void printGrants(const Call& call, capnp::List<schema::Grant>::Reader grants, std::string_view nothing);

const std::vector<Command>& commands();
const Command* findCommand(std::string_view name);

std::string helpText(const Console& console);
std::string helpText(const Command& command, const Console& console);

// The whole program but for `main`'s own catch.
int act(const std::vector<std::string>& arguments);

int runApp(Call& call);
int listApps(Call& call);
int listInstances(Call& call);
int listRequests(Call& call);
int listGrants(Call& call);
int listConnections(Call& call);
int listListeners(Call& call);
int listJournal(Call& call);
int examine(Call& call);
int answerRequest(Call& call);
int addGrant(Call& call);
int revokeGrants(Call& call);
int suspendGrants(Call& call);
int resumeGrants(Call& call);
int restoreGrants(Call& call);
int forgetRefusal(Call& call);
int stopFile(Call& call);
int stopInstances(Call& call);
int switchNetwork(Call& call);
int confineApp(Call& call);
int nameApp(Call& call);
int setApp(Call& call);
int showStatus(Call& call);
int quitBroker(Call& call);
int tryOut(Call& call);
int ruleOver(Call& call);
int explainWhy(Call& call);
int managePeers(Call& call);
int manageBundles(Call& call);
int importApp(Call& call);
int installBundle(Call& call);
int updatePackage(Call& call);
int removePackage(Call& call);
int rollbackPackage(Call& call);
int verifyPackages(Call& call);
int manageRepositories(Call& call);
int searchRepositories(Call& call);
int askPerson(Call& call);
int shareWith(Call& call);
int listOffers(Call& call);
int acceptOffer(Call& call);
int declineOffer(Call& call);
int requestFrom(Call& call);
int showHelp(Call& call);
int completeWord(Call& call);

}  // namespace latchkey::cli
