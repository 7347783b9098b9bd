// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include <charconv>
#include <format>
#include <string_view>

#include "launcher/doctor/doctor.h"

namespace latchkey {
namespace {

using State = Finding::State;

struct Remedies {
  std::string_view debian, ubuntu, fedora, arch, other;
};

class Judge {
public:
  explicit Judge(const MachineReport& report) : m_report(report) {}

  std::vector<Finding> run() {
    bubblewrap();
    namespaces();
    fuse();
    filter();
    screen();
    limits();
    appImages();
    network();
    readingAloud();
    return std::move(m_findings);
  }

private:
  enum class Distribution { Debian, Ubuntu, Fedora, Arch, Other };

  Distribution distribution() const {
    auto is = [&](std::string_view name) {
      if (m_report.distribution == name) return true;
      return (" " + m_report.family + " ").find(std::format(" {} ", name)) != std::string::npos;
    };
    if (is("ubuntu")) return Distribution::Ubuntu;  // Before Debian, which it is like.
    if (is("debian")) return Distribution::Debian;
    if (is("fedora") || is("rhel")) return Distribution::Fedora;
    if (is("arch")) return Distribution::Arch;
    return Distribution::Other;
  }

  std::string choose(const Remedies& remedies) const {
    switch (distribution()) {
      case Distribution::Debian: return std::string(remedies.debian);
      case Distribution::Ubuntu: return std::string(remedies.ubuntu);
      case Distribution::Fedora: return std::string(remedies.fedora);
      case Distribution::Arch: return std::string(remedies.arch);
      case Distribution::Other: break;
    }
    return std::string(remedies.other);
  }

  // The package has nearly the same name everywhere.
  std::string install(std::string_view debian, std::string_view fedora, std::string_view arch) const {
    return choose({std::format("sudo apt install {}", debian), std::format("sudo apt install {}", debian),
                   std::format("sudo dnf install {}", fedora), std::format("sudo pacman -S {}", arch),
                   std::format("install {}", debian)});
  }

  void say(std::string id, std::string title, State state, std::string detail, std::string remedy = {}) {
    m_findings.push_back({std::move(id), std::move(title), state, std::move(detail), std::move(remedy)});
  }

  static bool atLeast(std::string_view version, int major, int minor) {
    int have = 0, below = 0;
    auto end = version.data() + version.size();
    auto read = std::from_chars(version.data(), end, have);
    if (read.ptr != end && *read.ptr == '.') std::from_chars(read.ptr + 1, end, below);
    return have != major ? have > major : below >= minor;
  }

  void bubblewrap() {
    auto& version = m_report.bubblewrapVersion;
    auto title = "bubblewrap";
    auto update = choose(
        {"sudo apt update && sudo apt install bubblewrap (Debian 13 has 0.12 as a security update; on Debian 12 take "
         "it from backports)",
         "sudo apt update && sudo apt install bubblewrap; if that is older than 0.12, upgrade to a release that has it",
         "sudo dnf upgrade bubblewrap", "sudo pacman -Syu bubblewrap", "install bubblewrap 0.12 or later"});
    if (version.empty())
      return say("bubblewrap", title, State::Fail, "not installed", install("bubblewrap", "bubblewrap", "bubblewrap"));
    if (m_report.bubblewrapSetuid) {
      return say("bubblewrap", title, State::Fail,
                 "installed setuid: what it does for Latchkey it would do for any app",
                 "sudo chmod u-s /usr/bin/bwrap, or " + update);
    }
    if (m_report.bubblewrapEscapes) {
      return say("bubblewrap", title, State::Fail,
                 version + " makes files outside the sandbox when an app planted a link (CVE-2026-87766)", update);
    }
    if (!m_report.bubblewrap.works) {
      // Where namespaces are the reason, the remedy stands there.
      return say("bubblewrap", title, State::Fail, version + " cannot build a sandbox: " + m_report.bubblewrap.reason,
                 m_report.userNamespaces.works ? update : "see user namespaces below");
    }
    if (!atLeast(version, 0, 12)) {
      return say("bubblewrap", title, State::Warn,
                 version + " is older than 0.12, though it does not show the fault known in old versions", update);
    }
    say("bubblewrap", title, State::Ok, version);
  }

  std::string allowNamespaces() const {
    if (m_report.appArmorRestricts) {
      return "AppArmor restricts them: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (for good: in "
             "/etc/sysctl.d/60-latchkey.conf), or "
             "install an AppArmor profile for /usr/bin/bwrap with 'userns,'";
    }
    if (m_report.switchedOff) {
      return choose(
          {"sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000 (for good: in "
           "/etc/sysctl.d/60-latchkey.conf)",
           "sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000 (for good: in "
           "/etc/sysctl.d/60-latchkey.conf)",
           "sudo sysctl -w user.max_user_namespaces=15000 (for good: in /etc/sysctl.d/60-latchkey.conf)",
           "sudo sysctl -w kernel.unprivileged_userns_clone=1 (linux-hardened), or use the package linux",
           "sudo sysctl -w user.max_user_namespaces=15000"});
    }
    return "use a kernel built with CONFIG_USER_NS, and no container or policy around this session that forbids user "
           "namespaces";
  }

  void namespaces() {
    if (!m_report.userNamespaces.works) {
      return say("user-namespaces", "user namespaces", State::Fail, "not usable: " + m_report.userNamespaces.reason,
                 allowNamespaces());
    }
    say("user-namespaces", "user namespaces", State::Ok, "usable without privileges");
    if (m_report.nestedUserNamespaces.works)
      say("nested-namespaces", "nested user namespaces", State::Ok, "usable: browsers can make their own sandboxes");
    else
      say("nested-namespaces", "nested user namespaces", State::Warn,
          "browsers cannot make their own sandboxes: " + m_report.nestedUserNamespaces.reason, allowNamespaces());
  }

  void fuse() {
    if (m_report.fuseDevice.works) say("fuse-device", "/dev/fuse", State::Ok, "usable");
    else
      say("fuse-device", "/dev/fuse", State::Fail, m_report.fuseDevice.reason,
          choose({"sudo modprobe fuse; sudo apt install fuse3 (its udev rule opens the device to everybody)",
                  "sudo modprobe fuse; sudo apt install fuse3 (its udev rule opens the device to everybody)",
                  "sudo modprobe fuse; sudo dnf install fuse3", "sudo modprobe fuse; sudo pacman -S fuse3",
                  "load the module fuse; the device must have mode 0666"}));
    if (m_report.fuseMount.works) say("fuse-mount", "mounting files into a sandbox", State::Ok, "works");
    else
      say("fuse-mount", "mounting files into a sandbox", State::Fail, m_report.fuseMount.reason,
          !m_report.userNamespaces.works ? "see user namespaces above"
          : !m_report.fuseDevice.works   ? "see /dev/fuse above"
                                         : "use Linux 5.12 or later");
  }

  void filter() {
    if (m_report.systemCallFilter.works) say("seccomp", "system call filter", State::Ok, "works");
    else
      say("seccomp", "system call filter", State::Fail, m_report.systemCallFilter.reason,
          "use a kernel built with CONFIG_SECCOMP_FILTER");
  }

  void screen() {
    if (!m_report.wayland && !m_report.x11) {
      say("screen", "screen", State::Warn, "no Wayland or X11 session here: apps with windows have no screen",
          "start Latchkey from a desktop session");
    } else if (m_report.securityContext) {
      say("screen", "screen", State::Ok, "Wayland with a socket of its own for each app");
    } else if (m_report.wayland && m_report.privilegedInterfaces.empty()) {
      say("screen", "screen", State::Ok,
          "Wayland without separate sockets for apps, but the common one gives them nothing of others");
    } else if (m_report.wayland) {
      say("screen", "screen", State::Warn,
          "this compositor would let every app use " + m_report.privilegedInterfaces[0] +
              ": apps get X servers of their own instead",
          "use a compositor with wp_security_context_v1: KWin 5.27, sway 1.9, labwc 0.7.2, Hyprland or later ones");
    } else {
      say("screen", "screen", State::Warn, "X11: each app gets an X server of its own, in a window",
          "log in to a Wayland session for apps with windows like any other");
    }
    bool have = m_report.wayland ? m_report.xwayland : m_report.xephyr;
    if (!m_report.wayland && !m_report.x11) have = m_report.xwayland || m_report.xephyr;
    if (have) return say("nested-x", "X11 apps", State::Ok, "an X server of their own is available");
    bool wayland = m_report.wayland || !m_report.x11;
    say("nested-x", "X11 apps", State::Warn,
        wayland ? "Xwayland is not installed: apps that need X11 do not start"
                : "Xephyr is not installed: apps have no screen of their own",
        wayland ? install("xwayland", "xorg-x11-server-Xwayland", "xorg-xwayland")
                : install("xserver-xephyr", "xorg-x11-server-Xephyr", "xorg-server-xephyr"));
  }

  void limits() {
    bool weak = m_report.limits.empty() || m_report.limits.starts_with("rlimits");
    say("limits", "limits on memory, processes, CPU", weak ? State::Warn : State::Ok,
        m_report.limits.empty() ? "none could be tried"
        : weak ? "rlimits: memory for each process only, no share of the CPU (a setting cpu=N has no effect)"
               : m_report.limits,
        weak ? "log in to a session run by systemd, or have a cgroup delegated to you" : "");
  }

  void appImages() {
    if (m_report.unsquashfs) say("appimage", "AppImage files", State::Ok, "unsquashfs is installed");
    else
      say("appimage", "AppImage files", State::Warn, "unsquashfs is not installed: AppImage files cannot be started",
          install("squashfs-tools", "squashfs-tools", "squashfs-tools"));
  }

  // Without these apps run, and are offline.
  void network() {
    constexpr std::string_view WIRE = "a network for apps: tun", REDIRECTION = "a network for apps: nf_tables";
    auto load = [&](std::string_view modules, std::string_view otherwise) {
      if (!m_report.userNamespaces.works) return std::string("see user namespaces above");
      auto command = std::format(
          "sudo modprobe -a {0} (for good: their names in /etc/modules-load.d/latchkey.conf); {1}", modules, otherwise);
      return choose({command, command, command, command, std::format("load {0}; {1}", modules, otherwise)});
    };
    auto& wire = m_report.wire;
    if (wire.works) say("tun", std::string(WIRE), State::Ok, "works");
    else
      say("tun", std::string(WIRE), State::Warn, wire.reason + ": apps have no network",
          load("tun", "/dev/net/tun must have mode 0666"));
    auto& redirection = m_report.redirection;
    if (redirection.works) say("nft", std::string(REDIRECTION), State::Ok, "works");
    else
      say("nft", std::string(REDIRECTION), State::Warn, redirection.reason + ": apps have no network",
          load("nf_tables nft_chain_nat nft_redir",
               "or use a kernel built with CONFIG_NF_TABLES_INET and CONFIG_NFT_REDIR"));
    folders();
  }

  void folders() {
    if (m_report.servesFolders) say("sftp-server", "sftp-server", State::Ok, "there");
    else
      say("sftp-server", "sftp-server", State::Warn,
          "not there: folders and files cannot be shared with other machines",
          install("openssh-sftp-server", "openssh-server", "openssh"));
    if (m_report.showsFolders) say("sshfs", "sshfs", State::Ok, "there");
    else
      say("sshfs", "sshfs", State::Warn, "not there: folders and files that other machines share cannot be used",
          install("sshfs", "fuse-sshfs", "sshfs"));
  }

  // Without it apps run, and nobody reads them aloud. Its version says little: the mending of 0.1.8 is in older ones
  // too.
  void readingAloud() {
    auto& version = m_report.busProxyVersion;
    auto title = "xdg-dbus-proxy";
    if (version.empty()) {
      return say("bus-proxy", title, State::Warn, "not there: screen readers cannot read apps",
                 install("xdg-dbus-proxy", "xdg-dbus-proxy", "xdg-dbus-proxy"));
    }
    if (m_report.busProxy.works) return say("bus-proxy", title, State::Ok, version);
    constexpr std::string_view APT = "sudo apt update && sudo apt install xdg-dbus-proxy";
    say("bus-proxy", title, State::Warn, version + " " + m_report.busProxy.reason,
        choose({std::format("{} (0.1.8, or a security update such as Debian 13's 0.1.6-1+deb13u2)", APT),
                std::format("{}; if that does not help, upgrade to a release that has 0.1.8", APT),
                "sudo dnf upgrade xdg-dbus-proxy", "sudo pacman -Syu xdg-dbus-proxy",
                "install xdg-dbus-proxy 0.1.8 or later"}));
  }

  const MachineReport& m_report;
  std::vector<Finding> m_findings;
};

}  // namespace

std::vector<Finding> judge(const MachineReport& report) { return Judge(report).run(); }

std::string_view nameOf(Finding::State state) {
  switch (state) {
    case State::Ok: return "ok";
    case State::Warn: return "warn";
    case State::Fail: break;
  }
  return "fail";
}

}  // namespace latchkey
