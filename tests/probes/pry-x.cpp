// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// pry-x SECONDS COLOUR [press] [grab]: an X client that does to others whatever X lets it, and says what came of it.
//
// On every display it can open it listens to all keys in three ways (raw events, RECORD, the state of the keyboard),
// looks at the picture of the whole screen for COLOUR (six hexadecimal digits), and with `press` presses Return and
// clicks everywhere through XTEST, with `grab` takes keyboard and pointer for itself. It counts keys that it did not
// press itself.

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XInput2.h>
#include <X11/extensions/XTest.h>
#include <X11/extensions/record.h>
#include <X11/keysym.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Seen {
  unsigned raw = 0, recorded = 0, held = 0, answered = 0;
  unsigned long coloured = 0, pixels = 0;
};

int ignore(Display*, XErrorEvent*) { return 0; }

class Pryer {
public:
  Pryer(const std::string& name, unsigned long colour) : m_display(XOpenDisplay(name.c_str())), m_colour(colour) {
    if (m_display == nullptr) return;
    m_recording = XOpenDisplay(name.c_str());
    m_own = XKeysymToKeycode(m_display, XK_Return);
    showWindow();
    listenRaw();
    record();
  }

  bool isOpen() const { return m_display != nullptr; }
  const Seen& seen() const { return m_seen; }

  void grab() {
    auto root = DefaultRootWindow(m_display);
    XGrabKeyboard(m_display, root, True, GrabModeAsync, GrabModeAsync, CurrentTime);
    XGrabPointer(m_display, root, True, ButtonPressMask, GrabModeAsync, GrabModeAsync, None, None, CurrentTime);
  }

  void press(unsigned step) {
    auto width = DisplayWidth(m_display, DefaultScreen(m_display)),
         height = DisplayHeight(m_display, DefaultScreen(m_display));
    auto x = static_cast<int>(step % 24) * width / 24, y = static_cast<int>(step / 24 % 16) * height / 16;
    XTestFakeMotionEvent(m_display, -1, x, y, CurrentTime);
    for (auto down : {True, False}) XTestFakeButtonEvent(m_display, 1, down, CurrentTime);
    for (auto down : {True, False}) XTestFakeKeyEvent(m_display, m_own, down, CurrentTime);
    XFlush(m_display);
  }

  void look() {
    while (XPending(m_display) > 0) {
      XEvent event;
      XNextEvent(m_display, &event);
      if (!XGetEventData(m_display, &event.xcookie)) continue;
      if (event.xcookie.evtype == XI_RawKeyPress &&
          static_cast<XIRawEvent*>(event.xcookie.data)->detail != static_cast<int>(m_own))
        ++m_seen.raw;
      XFreeEventData(m_display, &event.xcookie);
    }
    if (m_recording != nullptr) XRecordProcessReplies(m_recording);
    lookAtKeyboard();
  }

  void lookAtScreen() {
    // As large as it is now: the screen of a nested server follows its window.
    XWindowAttributes root;
    if (XGetWindowAttributes(m_display, DefaultRootWindow(m_display), &root) == 0) return;
    auto image = XGetImage(m_display, DefaultRootWindow(m_display), 0, 0, static_cast<unsigned>(root.width),
                           static_cast<unsigned>(root.height), AllPlanes, ZPixmap);
    if (image == nullptr) return;
    unsigned long coloured = 0;
    for (int y = 0; y < image->height; ++y) {
      for (int x = 0; x < image->width; ++x) coloured += (XGetPixel(image, x, y) & 0xffffff) == m_colour;
    }
    m_seen.pixels = static_cast<unsigned long>(image->height) * static_cast<unsigned long>(image->width);
    m_seen.coloured = std::max(m_seen.coloured, coloured);
    XDestroyImage(image);
  }

private:
  // A window like any other's: the server has something to show, and keys meant for it arrive.
  void showWindow() {
    auto window = XCreateSimpleWindow(m_display, DefaultRootWindow(m_display), 0, 0, 300, 200, 0, 0, 0x204080);
    XStoreName(m_display, window, "prying");
    XSelectInput(m_display, window, KeyPressMask);
    XMapWindow(m_display, window);
  }

  void listenRaw() {
    unsigned char bits[XIMaskLen(XI_LASTEVENT)] = {};
    XIEventMask mask{XIAllMasterDevices, sizeof bits, bits};
    XISetMask(bits, XI_RawKeyPress);
    int major = 2, minor = 2;
    XIQueryVersion(m_display, &major, &minor);
    XISelectEvents(m_display, DefaultRootWindow(m_display), &mask, 1);
    XFlush(m_display);
  }

  void record() {
    int major, minor;
    if (m_recording == nullptr || !XRecordQueryVersion(m_recording, &major, &minor)) return;
    auto range = XRecordAllocRange();
    range->device_events = {KeyPress, KeyPress};
    XRecordClientSpec all = XRecordAllClients;
    auto context = XRecordCreateContext(m_display, 0, &all, 1, &range, 1);
    XSync(m_display, False);
    XRecordEnableContextAsync(
        m_recording, context,
        [](XPointer self, XRecordInterceptData* data) {
          auto& pryer = *reinterpret_cast<Pryer*>(self);
          if (data->category == XRecordFromServer && data->data_len > 0 && data->data[0] == KeyPress &&
              data->data[1] != pryer.m_own)
            ++pryer.m_seen.recorded;
          XRecordFreeData(data);
        },
        reinterpret_cast<XPointer>(this));
    XFree(range);
  }

  void lookAtKeyboard() {
    char keys[32];
    XQueryKeymap(m_display, keys);
    keys[m_own / 8] = static_cast<char>(keys[m_own / 8] & ~(1 << (m_own % 8)));
    if (std::any_of(keys, keys + sizeof keys, [](char byte) { return byte != 0; })) ++m_seen.held;
  }

  Display* m_display;
  Display* m_recording = nullptr;
  unsigned long m_colour;
  KeyCode m_own = 0;
  Seen m_seen;
};

bool answersAt(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path + 1, name.data(), name.size());  // Abstract.
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  bool answers = connect(fd, reinterpret_cast<sockaddr*>(&address), size) == 0;
  close(fd);
  return answers;
}

unsigned openDevices() {
  unsigned count = 0;
  for (auto name :
       {"/dev/uinput", "/dev/input/event0", "/dev/input/event1", "/dev/input/mice", "/dev/fb0", "/dev/tty0"}) {
    for (auto mode : {O_RDONLY, O_WRONLY}) {
      int fd = open(name, mode | O_CLOEXEC | O_NONBLOCK);
      if (fd < 0) continue;
      ++count;
      close(fd);
    }
  }
  return count;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  std::set<std::string> wishes(arguments + 3, arguments + count);
  auto end = Clock::now() + std::chrono::milliseconds(static_cast<int>(atof(arguments[1]) * 1000));
  auto colour = strtoul(arguments[2], nullptr, 16);
  XSetErrorHandler(ignore);

  unsigned hidden = 0;
  std::vector<Pryer*> displays;  // They live as long as the program.
  for (int number = 0; number < 130; ++number) {
    if (answersAt("/tmp/.X11-unix/X" + std::to_string(number))) ++hidden;
    auto pryer = new Pryer(":" + std::to_string(number), colour);
    if (pryer->isOpen()) displays.push_back(pryer);
  }
  printf("prying\n");
  fflush(stdout);
  for (unsigned step = 0; Clock::now() < end; ++step) {
    for (auto pryer : displays) {
      if (wishes.contains("grab") && step % 100 == 0) pryer->grab();
      if (wishes.contains("press")) pryer->press(step);
      if (step % 50 == 0) pryer->lookAtScreen();
      pryer->look();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  Seen all;
  for (auto pryer : displays) {
    all.raw += pryer->seen().raw;
    all.recorded += pryer->seen().recorded;
    all.held += pryer->seen().held;
    all.coloured += pryer->seen().coloured;
    all.pixels += pryer->seen().pixels;
  }
  printf("displays=%zu hidden=%u devices=%u raw=%u recorded=%u held=%u coloured=%lu pixels=%lu\n", displays.size(),
         hidden, openDevices(), all.raw, all.recorded, all.held, all.coloured, all.pixels);
}
