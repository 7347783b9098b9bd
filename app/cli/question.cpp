// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/question.h"

#include <algorithm>

#include "app/cli/names.h"
#include "broker/base/name-services.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

constexpr char ESCAPE = '\x1b';
constexpr size_t LEAST_COLUMNS = 40, MOST_COLUMNS = 400, LONGEST_CLAIM = 200;

std::string sizeText(uint64_t bytes) {
  constexpr const char* UNITS[] = {" bytes", " KB", " MB", " GB", " TB"};
  size_t unit = 0;
  while (bytes >= 10'000 && unit + 1 < std::size(UNITS)) bytes /= 1000, ++unit;
  return std::to_string(bytes) + UNITS[unit];
}

std::string lastPart(const std::string& path) {
  auto slash = path.rfind('/');
  return slash == path.npos || slash + 1 == path.size() ? path : path.substr(slash + 1);
}

// Below the host: what speaks there, and what is to be known of it.
std::string networkWords(schema::Network::Reader network) {
  using Place = schema::Network::Place;
  std::string words;
  auto add = [&](const std::string& part) { words += (words.empty() ? "" : ", ") + part; };
  if (network.getPort() != 0) add("port " + std::to_string(network.getPort()));
  if (network.getService().size() > 0) words += " (" + escaped(cli::text(network.getService())) + ")";
  if (network.getProtocol() == "ping") add("only whether it is there");
  if (network.getProtocol() == "name") add("what name servers know of it");
  if (network.getRaw()) add("it gave no name");
  if (network.getPlace() == Place::LOCAL_NETWORK) add("in your home network");
  if (network.getPlace() == Place::THIS_COMPUTER) add("that is this computer");
  return words;
}

// On a line of its own: with the rest it would be cut where windows are narrow.
constexpr auto ANSWERS_FOR_NAMES = "it answers for names: what comes then is asked about without one";

bool isNameService(schema::Network::Reader network) {
  return answersForNames(cli::text(network.getHost()), network.getPort(), cli::text(network.getProtocol()));
}

}  // namespace

Question::Question(schema::Request::Reader request, std::string home, unsigned columns, bool colours)
    : m_message(kj::heap<capnp::MallocMessageBuilder>()),
      m_home(std::move(home)),
      m_columns(static_cast<unsigned>(std::clamp<size_t>(columns == 0 ? 80 : columns, LEAST_COLUMNS, MOST_COLUMNS))),
      m_colours(colours),
      m_access(request.getAccess()) {
  m_message->setRoot(request);
  m_request = m_message->getRoot<schema::Request>().asReader();
}

std::string Question::strong(const std::string& text) const { return m_colours ? "\x1b[1m" + text + "\x1b[0m" : text; }

std::string Question::thing() const {
  if (m_request.hasNetwork()) return brief(cli::text(m_request.getNetwork().getHost()), m_columns - 4);
  auto path = bytes(m_request.getObject().getPath());
  return path.empty() ? brief(cli::text(m_request.getObject().getTarget()), m_columns - 4)
                      : brief(lastPart(path), m_columns / 2);
}

std::string Question::headline() const {
  auto name = cli::text(m_request.getAppName().size() > 0 ? m_request.getAppName() : m_request.getApp());
  std::string wants;
  switch (m_request.getKind()) {
    case schema::Kind::FILE: wants = m_request.getCreate() ? "wants to save" : "wants to open"; break;
    case schema::Kind::FOLDER: wants = "wants to see everything in"; break;
    case schema::Kind::NETWORK: wants = "wants to connect to"; break;
    case schema::Kind::LISTEN: wants = "wants to be reached at"; break;
    default: wants = "wants to use"; break;
  }
  return strong(brief(name, m_columns / 2)) + " " + wants + " " + strong(thing());
}

std::string Question::scopeWords() const {
  auto scopes = m_request.getScopes();
  if (m_scope >= scopes.size()) return {};
  switch (scopes[m_scope]) {
    case schema::Scope::FILE: return "this file only";
    case schema::Scope::SIBLINGS: return "this file and those of the same name";
    case schema::Scope::FOLDER: return "everything directly in its folder";
    case schema::Scope::TREE: return "its folder and all below it";
    case schema::Scope::HOST: return "this host, whatever the port";
    case schema::Scope::DOMAIN: return "all of its domain";
    case schema::Scope::PORT: return m_request.getNetwork().getPort() == 0 ? "just this" : "this port only";
    case schema::Scope::NETWORK:
      return m_request.getNetwork().getPlace() == schema::Network::Place::INTERNET
                 ? "the Internet, not your home network"
                 : "your home network";
    case schema::Scope::PATTERN: return "files of such names";
  }
  return {};
}

std::string Question::details() const {
  auto path = bytes(m_request.getObject().getPath());
  std::string out;
  auto line = [&](const std::string& what, const std::string& value) {
    if (!value.empty()) out += "    " + what + ": " + value + "\r\n";
  };
  line("whole name", escaped(path));  // All of it, over as many lines as it takes.
  line("asked by", m_request.getProgram().size() > 0 ? brief(cli::text(m_request.getProgram()), 40) + " (process " +
                                                           std::to_string(m_request.getPid()) + ")"
                                                     : "");
  line("app", brief(cli::text(m_request.getApp()), m_columns));
  line("answer until", timeText(m_request.getDeadline()));
  return out;
}

std::string Question::text() const {
  auto request = m_request;
  auto path = bytes(request.getObject().getPath());
  std::string out = headline() + "\r\n";
  if (!path.empty()) {
    out += "  " + brief(shownPath(path, m_home), m_columns - 4);
    if (request.getCreate()) out += "  (new)";
    else if (request.getSize() > 0 && !request.getDirectory()) out += "  " + sizeText(request.getSize());
    out += "\r\n";
  }
  if (request.hasNetwork()) out += "  " + brief(networkWords(request.getNetwork()), m_columns - 4) + "\r\n";
  if (request.hasNetwork() && isNameService(request.getNetwork()))
    out += "  " + brief(ANSWERS_FOR_NAMES, m_columns - 4) + "\r\n";
  if (request.getClaim().size() > 0) {
    out +=
        "  it says: “" + brief(cli::text(request.getClaim()), std::min<size_t>(LONGEST_CLAIM, 2 * m_columns)) + "”\r\n";
  }
  if (m_details) out += details();
  auto scope = scopeWords();
  if (request.hasNetwork()) {
    out += "  " + scope;
  } else {
    out += m_access == schema::Access::WRITE ? "  to look and change" : "  to look only";
    if (!scope.empty()) out += ", " + scope;
  }
  out += "\r\n";
  if (request.getAlsoWaiting() > 0)
    out += "  " + std::to_string(request.getAlsoWaiting()) + " more of its questions wait\r\n";
  out += "  y this time   r while it runs   a always   n no   N never   Esc not now\r\n  d details";
  if (request.getScopes().size() > 1) out += "   s how far";
  if (request.getAccess() == schema::Access::WRITE && !request.hasNetwork()) out += "   w look or change";
  return out + "\r\n";
}

Question::Step Question::press(char key) {
  auto answered = [&](schema::Answer::Verdict verdict, schema::Lifetime::Which lifetime) {
    m_verdict = verdict;
    m_lifetime = lifetime;
    return Step::Answered;
  };
  using V = schema::Answer::Verdict;
  switch (key) {
    case 'y': return answered(V::ALLOW, schema::Lifetime::ONCE);
    case 'r': return answered(V::ALLOW, schema::Lifetime::RUN);
    case 'a': return answered(V::ALLOW, schema::Lifetime::ALWAYS);
    case 'n': return answered(V::DENY, schema::Lifetime::RUN);
    case 'N': return answered(V::NEVER, schema::Lifetime::ALWAYS);
    case ESCAPE: return answered(V::DISMISS, schema::Lifetime::ONCE);
    case 'd': m_details = !m_details; return Step::Redraw;
    case 's':
      if (m_request.getScopes().size() < 2) return Step::Nothing;
      m_scope = (m_scope + 1) % m_request.getScopes().size();
      return Step::Redraw;
    case 'w':
      if (m_request.getAccess() != schema::Access::WRITE || m_request.hasNetwork()) return Step::Nothing;
      m_access = m_access == schema::Access::WRITE ? schema::Access::READ : schema::Access::WRITE;
      return Step::Redraw;
    default: return Step::Nothing;
  }
}

void Question::fill(schema::Answer::Builder answer) const {
  answer.setVerdict(m_verdict);
  answer.setAccess(m_access);
  if (m_scope < m_request.getScopes().size()) answer.setScope(m_request.getScopes()[m_scope]);
  auto lifetime = answer.initLifetime();
  if (m_lifetime == schema::Lifetime::RUN) lifetime.setRun();
  else if (m_lifetime == schema::Lifetime::ALWAYS) lifetime.setAlways();
  else lifetime.setOnce();
}

std::string Question::outcome() const {
  switch (m_verdict) {
    case schema::Answer::Verdict::ALLOW:
      if (m_lifetime == schema::Lifetime::RUN) return "Allowed while it runs.";
      return m_lifetime == schema::Lifetime::ALWAYS ? "Allowed always." : "Allowed this time.";
    case schema::Answer::Verdict::DENY: return "Not allowed while it runs.";
    case schema::Answer::Verdict::NEVER: return "Never allowed.";
    default: return "Not allowed this time.";
  }
}

}  // namespace latchkey::cli
