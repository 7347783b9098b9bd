// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A client of X that copies or pastes, for tests/launcher/display/clipboard-world.h. It has a window of its mode's
// name; `key`: it begins with the first key that is pressed in there, `now`: at once.
//
//   clip-x copy SELECTION key|now SIZE     owns it, as text and as image/png, in pieces if it is long
//   clip-x slow SELECTION key|now SIZE     the same, with a rest before every piece
//   clip-x paste SELECTION key|now TARGET  asks for it once at every key
//   clip-x twice SELECTION key|now TARGET  asks for it at every key, and again, into the same property, once it is told
//                                          that the first comes in pieces
//   clip-x flood SELECTION key|now         takes it ten thousand times, and answers nobody
//   clip-x endless SELECTION key|now       owns it, and never comes to the end of what it gives
//
// Every line of its output is flushed.

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <map>
#include <string>

namespace {

constexpr size_t PIECE = 60000;
constexpr useconds_t REST = 100'000;

Display* display;
Window window;
Atom selection;

Atom atom(const char* name) { return XInternAtom(display, name, False); }

std::string content(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + (i * 7 + i / 1000) % 26);
  return bytes;
}

unsigned long long sum(const std::string& bytes) {
  uint64_t hash = 14695981039346656037u;
  for (char byte : bytes) hash = (hash ^ static_cast<uint8_t>(byte)) * 1099511628211u;
  return hash;
}

void take() {
  XSetSelectionOwner(display, selection, window, CurrentTime);
  XFlush(display);
}

// --- copying

struct Giving {
  Atom property = 0, type = 0;
  size_t given = 0;
};
std::map<Window, Giving> inPieces;

void give(const XSelectionRequestEvent& asked, const std::string& bytes, bool endless) {
  auto name = XGetAtomName(display, asked.target);
  printf("asked %s\n", name);
  XFree(name);
  XEvent answer{};
  answer.xselection.type = SelectionNotify;
  answer.xselection.requestor = asked.requestor;
  answer.xselection.selection = asked.selection;
  answer.xselection.target = asked.target;
  answer.xselection.property = asked.property;
  answer.xselection.time = asked.time;
  if (asked.target == atom("TARGETS")) {
    Atom targets[] = {atom("TARGETS"), atom("UTF8_STRING"), atom("image/png"), atom("SAVE_TARGETS")};
    XChangeProperty(display, asked.requestor, asked.property, XA_ATOM, 32, PropModeReplace,
                    reinterpret_cast<unsigned char*>(targets), 4);
  } else if (bytes.size() <= PIECE && !endless) {
    XChangeProperty(display, asked.requestor, asked.property, asked.target, 8, PropModeReplace,
                    reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  } else {
    XSelectInput(display, asked.requestor, PropertyChangeMask);
    inPieces[asked.requestor] = {asked.property, asked.target, 0};
    long size = static_cast<long>(bytes.size());
    XChangeProperty(display, asked.requestor, asked.property, atom("INCR"), 32, PropModeReplace,
                    reinterpret_cast<unsigned char*>(&size), 1);
  }
  XSendEvent(display, asked.requestor, False, 0, &answer);
}

void goOn(const XPropertyEvent& event, const std::string& bytes, bool endless) {
  auto found = inPieces.find(event.window);
  if (found == inPieces.end() || event.state != PropertyDelete || event.atom != found->second.property) return;
  auto& one = found->second;
  auto piece = endless ? content(PIECE) : bytes.substr(one.given, PIECE);
  one.given += piece.size();
  XChangeProperty(display, event.window, one.property, one.type, 8, PropModeReplace,
                  reinterpret_cast<const unsigned char*>(piece.data()), static_cast<int>(piece.size()));
  if (piece.empty()) inPieces.erase(found);
}

// --- pasting

std::string got;
bool moreComes = false;
unsigned again = 0;  // So many times.

void ask(const char* target) {
  XConvertSelection(display, selection, atom(target), atom("PASTED"), window, CurrentTime);
}

std::string takeProperty(Atom& type) {
  std::string bytes;
  int format = 0;
  unsigned long count = 0, left = 0;
  unsigned char* value = nullptr;
  XGetWindowProperty(display, window, atom("PASTED"), 0, 1 << 24, True, AnyPropertyType, &type, &format, &count, &left,
                     &value);
  if (value != nullptr && format == 8) bytes.assign(reinterpret_cast<char*>(value), count);
  if (value != nullptr && format == 32) {
    for (unsigned long i = 0; i < count && type == XA_ATOM; ++i) {
      auto name = XGetAtomName(display, reinterpret_cast<Atom*>(value)[i]);
      bytes += std::string(name) + " ";
      XFree(name);
    }
  }
  if (value != nullptr) XFree(value);
  return bytes;
}

void tell() {
  if (got.size() < 500) {
    printf("got %s\n", got.c_str());
  } else {
    printf("got %zu bytes, %llx\n", got.size(), sum(got));
  }
  got.clear();
}

void hear(const XSelectionEvent& answer, const char* target) {
  if (answer.property == None) {
    puts("nothing");
    return;
  }
  Atom type = 0;
  auto bytes = takeProperty(type);
  moreComes = type == atom("INCR");
  if (moreComes && again > 0) {
    --again;
    ask(target);
  }
  if (moreComes) return;
  got = bytes;
  tell();
}

void hear(const XPropertyEvent& event) {
  if (!moreComes || event.state != PropertyNewValue || event.atom != atom("PASTED")) return;
  Atom type = 0;
  auto piece = takeProperty(type);
  got += piece;
  if (!piece.empty()) return;
  moreComes = false;
  tell();
}

}  // namespace

int main(int count, char** words) {
  setvbuf(stdout, nullptr, _IOLBF, 0);
  display = XOpenDisplay(nullptr);
  if (display == nullptr || count < 4) return 2;
  // Whom it gives to may be gone.
  XSetErrorHandler([](Display*, XErrorEvent*) { return 0; });
  std::string mode = words[1];
  selection = atom(words[2]);
  window = XCreateSimpleWindow(display, DefaultRootWindow(display), 0, 0, 300, 200, 0, 0, 0xffffff);
  XStoreName(display, window, words[1]);
  XSelectInput(display, window, KeyPressMask | PropertyChangeMask | FocusChangeMask);
  XMapWindow(display, window);
  bool pastes = mode == "paste" || mode == "twice";
  auto bytes = mode == "copy" || mode == "slow" ? content(strtoul(words[4], nullptr, 10)) : "";
  auto begin = [&] {
    if (pastes) {
      again = mode == "twice" ? 1 : 0;
      return ask(words[4]);
    }
    for (unsigned i = 0; i < (mode == "flood" ? 10000u : 1u); ++i) take();
    puts("copied");
  };
  if (strcmp(words[3], "now") == 0) begin();
  for (;;) {
    XEvent event;
    XNextEvent(display, &event);
    if (event.type == KeyPress) begin();
    if (event.type == FocusIn) puts("focus");
    if (event.type == SelectionRequest && mode != "flood") give(event.xselectionrequest, bytes, mode == "endless");
    if (event.type == SelectionRequest && mode == "flood") puts("asked");
    if (event.type == PropertyNotify && pastes) hear(event.xproperty);
    if (event.type == PropertyNotify && !pastes) {
      if (mode == "slow" && event.xproperty.state == PropertyDelete) usleep(REST);
      goOn(event.xproperty, bytes, mode == "endless");
    }
    if (event.type == SelectionNotify) hear(event.xselection, words[4]);
  }
}
