// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/notice.h"

#include <algorithm>
#include <array>

#include "broker/base/text.h"
#include "portals/desktop/markup.h"

namespace latchkey::desktop {
namespace {

constexpr size_t LONGEST_TITLE = 256;  // Characters; longer ones are cut in the middle.
constexpr size_t LONGEST_BODY = 8192;  // Bytes.
constexpr size_t LONGEST_ACTION = 256;
constexpr size_t LONGEST_LABEL = 64;
constexpr size_t MOST_BUTTONS = 8;
constexpr size_t MOST_ICON_NAMES = 16;
constexpr size_t LARGEST_ICON = 4 * 1024 * 1024;

constexpr std::array PRIORITIES = {"low", "normal", "high", "urgent"};
constexpr std::array HINTS = {"transient",  "tray", "persistent", "hide-on-lockscreen", "hide-content-on-lockscreen",
                              "show-as-new"};
constexpr std::array CATEGORIES = {"im.received",
                                   "alarm.ringing",
                                   "call.incoming",
                                   "call.ongoing",
                                   "call.missed",
                                   "weather.warning.extreme",
                                   "cellbroadcast.danger.extreme",
                                   "cellbroadcast.danger.severe",
                                   "cellbroadcast.amber-alert",
                                   "cellbroadcast.test",
                                   "os.battery.low",
                                   "browser.web-notification"};

[[noreturn]] void refuse(const std::string& what) { throwBusError(error::INVALID, what); }

void checkOneOf(const Value& value, const auto& allowed, const char* what) {
  auto& text = value.asText();
  if (std::ranges::find(allowed, text) == allowed.end()) refuse(brief(text, 64) + " not a " + what);
}

void checkBody(const Value& body) {
  if (body.asText().size() > LONGEST_BODY) refuse("a body that is too long");
}

void checkAction(const Value& action) {
  if (action.asText().size() > LONGEST_ACTION) refuse("an action that is too long");
}

void checkHints(const Value& hints) {
  for (auto& hint : hints.items()) checkOneOf(hint, HINTS, "display-hint");
}

void checkCategory(const Value& category) {
  auto& text = category.asText();
  bool own = text.starts_with("x-") && text.size() <= 128 && std::ranges::all_of(text, [](unsigned char c) {
               return c < 128 && (isalnum(c) != 0 || c == '-' || c == '.');
             });
  if (!own && std::ranges::find(CATEGORIES, text) == CATEGORIES.end()) refuse("not a supported category");
}

bool isIconName(const std::string& name) {
  return !name.empty() && name.size() <= 128 && name[0] != '.' && std::ranges::all_of(name, [](unsigned char c) {
    return c < 128 && (isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '+');
  });
}

// Whether it is one that is passed on.
bool checkIcon(const Value& icon) {
  auto& kind = icon.items()[0].asText();
  auto& what = icon.items()[1].inside();
  if (kind == "themed") {
    if (!what.is("as") || what.items().empty() || what.items().size() > MOST_ICON_NAMES) refuse("invalid icon");
    for (auto& name : what.asTexts()) {
      if (!isIconName(name)) refuse("invalid icon: not a name");
    }
    return true;
  }
  bool known = (kind == "bytes" && what.is("ay") && what.asBytes().size() <= LARGEST_ICON) ||
               (kind == "file-descriptor" && what.is("h")) || (kind == "file" && what.is("s"));
  if (!known) refuse("invalid icon");
  return false;
}

bool checkSound(const Value& sound) {
  if (sound.is("s")) {
    if (sound.asText() != "default" && sound.asText() != "silent") refuse("invalid sound: invalid option");
    return true;
  }
  if (!sound.is("(sv)")) refuse("invalid sound");
  auto& kind = sound.items()[0].asText();
  auto& what = sound.items()[1].inside();
  if (!(kind == "file-descriptor" && what.is("h")) && !(kind == "file" && what.is("s")) &&
      !(kind == "bytes" && what.is("ay")))
    refuse("invalid sound");
  return false;
}

Value checkedButtons(const Value& buttons) {
  static const std::vector<OptionRule> rules{
      {"label", "s"}, {"action", "s", checkAction}, {"purpose", "s", checkAction}};
  if (buttons.items().size() > MOST_BUTTONS) refuse("invalid button: too many");
  Value::List checked;
  for (auto& one : buttons.items()) {
    auto all = one.asDictionary();
    auto button = filtered(all, rules);
    if (auto target = all.find("target"); target != all.end()) button.insert(*target);
    bool named = button.contains("label") || button.contains("purpose");
    if (!named || !button.contains("action")) refuse("invalid button: it has no label or no action");
    if (button.contains("label")) button["label"] = brief(textOf(button, "label"), LONGEST_LABEL);
    checked.push_back(asArgument(button));
  }
  return Value::array("a{sv}", std::move(checked));
}

// Line by line, since a body may have lines.
std::string shownBody(const std::string& body) {
  std::string shown;
  for (size_t at = 0; at <= body.size();) {
    auto end = std::min(body.find('\n', at), body.size());
    shown += escaped(std::string_view(body).substr(at, end - at));
    if (end < body.size()) shown += '\n';
    at = end + 1;
  }
  return shown;
}

constexpr std::string_view OURS = "latchkey.";
const std::string OUR_WHOLE = "latchkey.whole";

std::string ourButton(size_t place) { return std::string(OURS) + std::to_string(place); }

// Of backends: what they hand back as it is, and call nobody for.
bool isPlainAction(const std::string& action) {
  bool plain = !action.empty() && std::ranges::all_of(action, [](unsigned char c) {
    return c < 128 && (isalnum(c) != 0 || c == '-' || c == '.' || c == '_');
  });
  return plain && !action.starts_with("app.") && !action.starts_with(OURS);
}

const std::vector<OptionRule> RULES{
    {"title", "s", checkBody},
    {"body", "s", checkBody},
    {"markup-body", "s", checkBody},
    {"priority", "s", [](const Value& priority) { checkOneOf(priority, PRIORITIES, "priority"); }},
    {"default-action", "s", checkAction},
    {"buttons", "aa{sv}"},
    {"display-hint", "as", checkHints},
    {"category", "s", checkCategory},
    {"icon", "(sv)"},
};

}  // namespace

Options checkedNotice(const Options& notice) {
  auto kept = filtered(notice, RULES);
  if (kept.contains("title")) kept["title"] = brief(textOf(kept, "title"), LONGEST_TITLE);
  if (kept.contains("body")) kept["body"] = shownBody(textOf(kept, "body"));
  if (kept.contains("markup-body")) {
    auto clean = cleanMarkup(textOf(kept, "markup-body"));
    KJ_IF_MAYBE (text, clean) {
      kept["markup-body"] = *text;
    } else {
      refuse("invalid markup-body");
    }
  }
  if (kept.contains("buttons")) kept["buttons"] = checkedButtons(kept["buttons"]);
  if (auto icon = kept.find("icon"); icon != kept.end() && !checkIcon(icon->second)) kept.erase(icon);
  if (auto sound = notice.find("sound"); sound != notice.end() && checkSound(sound->second)) kept.insert(*sound);
  if (auto target = notice.find("default-action-target"); target != notice.end()) kept.insert(*target);
  return kept;
}

Pressed pressedWhole(const std::string& id, const Options& notice) {
  Pressed pressed{id, textOf(notice, "default-action"), {}};
  if (auto target = notice.find("default-action-target"); target != notice.end())
    pressed.parameters.push_back(Value::variant(target->second));
  return pressed;
}

Pressed pressedButton(const std::string& id, const Options& notice, size_t place) {
  auto buttons = notice.find("buttons");
  if (buttons == notice.end() || place >= buttons->second.items().size()) return {id, "", {}};
  auto held = buttons->second.items()[place].asDictionary();
  Pressed pressed{id, textOf(held, "action"), {}};
  if (auto target = held.find("target"); target != held.end())
    pressed.parameters.push_back(Value::variant(target->second));
  return pressed;
}

Options forBackend(const Options& notice) {
  auto told = notice;
  if (!isPlainAction(textOf(told, "default-action"))) {
    told["default-action"] = Value(OUR_WHOLE);
    told.erase("default-action-target");
  }
  auto buttons = told.find("buttons");
  if (buttons == told.end()) return told;
  Value::List plain;
  for (auto& one : buttons->second.items()) {
    auto button = one.asDictionary();
    if (!isPlainAction(textOf(button, "action"))) {
      button["action"] = Value(ourButton(plain.size()));
      button.erase("target");
    }
    plain.push_back(asArgument(button));
  }
  buttons->second = Value::array("a{sv}", std::move(plain));
  return told;
}

Pressed asTheAppSaid(const Options& notice, const Pressed& pressed) {
  // As a press on the whole without an action is: some backends say that by an empty name.
  if (pressed.action == OUR_WHOLE || pressed.action.empty()) return pressedWhole(pressed.id, notice);
  for (size_t place = 0; place < MOST_BUTTONS; ++place) {
    if (pressed.action == ourButton(place)) return pressedButton(pressed.id, notice, place);
  }
  return pressed;
}

}  // namespace latchkey::desktop
