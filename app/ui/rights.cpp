// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/rights.h"

#include <algorithm>

#include <QCoreApplication>
#include <QLocale>

namespace latchkey::ui {
namespace {

struct Rights {
  Q_DECLARE_TR_FUNCTIONS(Rights)
};

const Right RIGHTS[] = {
    {"shared-x11", "screen", [] { return Rights::tr("your whole screen"); },
     [] { return Rights::tr("wants to see and control everything on your screen, including these questions"); },
     [] { return Rights::tr("can see and control everything on your screen, including these questions"); }},
    {"own-sandboxes", "shield", [] { return Rights::tr("protecting its own parts from each other"); },
     [] { return Rights::tr("wants to protect its own parts from each other"); },
     [] { return Rights::tr("gets more of the system's machinery, as web browsers need it"); }},
    {"gpu", "screen", [] { return Rights::tr("the graphics processor"); },
     [] { return Rights::tr("wants to use the graphics processor"); },
     [] { return Rights::tr("talks to the graphics driver directly, as games and video need it"); }},
    {"see-home-names", "folder", [] { return Rights::tr("the names in your home"); },
     [] { return Rights::tr("wants to see the names in your home"); },
     [] { return Rights::tr("can list what lies in your home, and open nothing of it"); }},
    {"notifications", "bell", [] { return Rights::tr("notifications"); },
     [] { return Rights::tr("wants to show you notifications"); },
     [] { return Rights::tr("can show short messages over other windows, under its own name"); }},
    {"screenshot", "screen", [] { return Rights::tr("pictures of your screen"); },
     [] { return Rights::tr("wants to take a picture of your screen"); },
     [] { return Rights::tr("sees in that moment what other apps show too"); }},
    {"screencast", "screen", [] { return Rights::tr("watching your screen"); },
     [] { return Rights::tr("wants to watch your screen"); },
     [] { return Rights::tr("sees what you pick of your screen, all the time, as in a video call"); },
     Right::Longest::Run},
    {"camera", "camera", [] { return Rights::tr("the camera"); }, [] { return Rights::tr("wants to use the camera"); },
     [] { return Rights::tr("can see what is in front of the camera"); }},
    {"sound", "device", [] { return Rights::tr("sound"); }, [] { return Rights::tr("wants to play sound"); },
     [] { return Rights::tr("can be heard; to hear you, it asks"); }},
    {"x-clipboard", "apps", [] { return Rights::tr("copying and pasting"); },
     [] { return Rights::tr("wants to copy and paste"); },
     [] {
       return Rights::tr("can paste what you copied elsewhere, and offer what you copy in it, while you work in it");
     }},
    {"input-methods", "keyboard", [] { return Rights::tr("input methods"); },
     [] { return Rights::tr("wants to use your input method"); },
     [] { return Rights::tr("what you type in it goes through your input method, which puts in what you choose"); }},
    {"tray", "apps", [] { return Rights::tr("the icons in the panel"); },
     [] { return Rights::tr("wants to show an icon in the panel"); },
     [] { return Rights::tr("can show a small picture with a menu beside the clock"); }},
    {"media-keys", "keyboard", [] { return Rights::tr("the media keys"); },
     [] { return Rights::tr("wants to follow the media keys"); },
     [] { return Rights::tr("is told of play and pause, and the panel shows what it plays"); }},
    {"accessibility", "person", [] { return Rights::tr("screen readers"); },
     [] { return Rights::tr("wants to be read by screen readers"); },
     [] { return Rights::tr("what its windows say can be read aloud"); }},
    {"open-with", "apps", [] { return Rights::tr("other apps"); },
     [] { return Rights::tr("wants to open something in another app"); },
     [] { return Rights::tr("can open links and files in other apps; you choose which"); }},
    {"microphone", "microphone", [] { return Rights::tr("the microphone"); },
     [] { return Rights::tr("wants to use the microphone"); },
     [] { return Rights::tr("can hear what is said around this computer"); }},
    {"location", "location", [] { return Rights::tr("your location"); },
     [] { return Rights::tr("wants to know where you are"); },
     [] { return Rights::tr("learns where this computer is, and when it moves"); }},
    {"background", "clock", [] { return Rights::tr("running in the background"); },
     [] { return Rights::tr("wants to run in the background"); },
     [] { return Rights::tr("can go on without a window, and start when you log in"); }},
    {"account", "person", [] { return Rights::tr("your name and picture"); },
     [] { return Rights::tr("wants to know your name and picture"); },
     [] { return Rights::tr("learns your name on this computer, your full name and the picture of your account"); }},
    {"wallpaper", "picture", [] { return Rights::tr("the wallpaper"); },
     [] { return Rights::tr("wants to change the wallpaper"); },
     [] { return Rights::tr("can change the picture behind your windows"); }},
    {"print", "printer", [] { return Rights::tr("printing"); }, [] { return Rights::tr("wants to print"); },
     [] { return Rights::tr("can send pages to a printer; you choose which one"); }},
    {"email", "mail", [] { return Rights::tr("writing e-mails"); },
     [] { return Rights::tr("wants to begin an e-mail"); },
     [] { return Rights::tr("can fill in a new message in your mail program; you send it or do not"); }},
    {"launchers", "apps", [] { return Rights::tr("entries in your menu"); },
     [] { return Rights::tr("wants to put an entry into your menu"); },
     [] { return Rights::tr("can add things to your menu of apps, with a name and a picture of its choice"); }},
    {"usb", "usb", [] { return Rights::tr("USB devices"); }, [] { return Rights::tr("wants to use a USB device"); },
     [] { return Rights::tr("can read from the device you choose, and write to it"); }},
    {"remote-desktop", "screen", [] { return Rights::tr("controlling your screen"); },
     [] { return Rights::tr("wants to see and control your screen"); },
     [] { return Rights::tr("sees what you pick of your screen, and can press keys and click in every app"); },
     Right::Longest::Run},
    {"input-capture", "keyboard", [] { return Rights::tr("your keyboard and mouse at the edge of the screen"); },
     [] { return Rights::tr("wants to take over keyboard and mouse at the edge of the screen"); },
     [] { return Rights::tr("gets all that you type and click while the pointer is beyond the edge"); },
     Right::Longest::Run},
    {"global-shortcuts", "keyboard", [] { return Rights::tr("shortcuts everywhere"); },
     [] { return Rights::tr("wants shortcuts that work everywhere"); },
     [] { return Rights::tr("is told when you press its shortcuts in other apps, and of no other key"); }},
    {"clipboard", "clipboard", [] { return Rights::tr("the clipboard"); },
     [] { return Rights::tr("wants to use the clipboard"); },
     [] { return Rights::tr("can read what you copied in other apps, and put something else there"); }},
};

}  // namespace

QString Right::name() const {
  auto text = noun();
  return QLocale().toUpper(text.left(1)) + text.mid(1);
}

const Right* findRight(const QString& target) {
  auto* found = std::ranges::find_if(RIGHTS, [&](const Right& right) { return target == QLatin1String(right.target); });
  return found == std::end(RIGHTS) ? nullptr : found;
}

}  // namespace latchkey::ui
