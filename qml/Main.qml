// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import dev.latchkey.model

// The window: places at the side, the chosen one beside them.
Window {
    id: root

    required property Desk desk
    property int place: 0
    property string openApp: ""
    property string openMachine: ""
    readonly property bool narrow: width < 760

    width: 980
    height: 680
    minimumWidth: 420
    minimumHeight: 480
    color: Theme.ground
    title: "Latchkey"
    LayoutMirroring.enabled: Application.layoutDirection === Qt.RightToLeft
    LayoutMirroring.childrenInherit: true
    onVisibleChanged: root.desk.packages.setWatching(visible)

    function go(place: int) {
        openApp = "";
        openMachine = "";
        root.place = place;
    }
    function showMachine(machine: string) {
        go(3);
        desk.machine.open(machine);
        openMachine = machine;
    }
    function showApp(app: string) {
        desk.page.open(app);
        openApp = app;
        openMachine = "";
        place = 0;
    }
    function focusSearch() {
        const page = pages.item;
        if (page && page.focusSearch) // qmllint disable missing-property
            page.focusSearch(); // qmllint disable missing-property
    }

    Shortcut {
        sequence: "Ctrl+1"
        onActivated: root.go(0)
    }
    Shortcut {
        sequence: "Ctrl+2"
        onActivated: root.go(1)
    }
    Shortcut {
        sequence: "Ctrl+3"
        onActivated: root.go(2)
    }
    Shortcut {
        sequence: "Ctrl+4"
        onActivated: root.go(3)
    }
    Shortcut {
        sequence: "Ctrl+5"
        onActivated: root.go(4)
    }
    Shortcut {
        sequences: [StandardKey.Find]
        onActivated: root.focusSearch()
    }
    Shortcut {
        sequences: [StandardKey.Undo]
        onActivated: root.desk.undo.takeBack()
    }
    // Also over a sheet, which keeps the window's other keys to itself: whoever needs it has no time to close that.
    Shortcut {
        sequence: "Ctrl+Shift+Esc"
        context: Qt.ApplicationShortcut
        enabled: root.active
        onActivated: panic.open()
    }
    Shortcut {
        sequence: "F2"
        enabled: root.openApp.length > 0
        onActivated: (pages.item as AppPage)?.rename()
    }
    Shortcut {
        sequence: "F2"
        enabled: root.openMachine.length > 0
        onActivated: (pages.item as MachinePage)?.rename()
    }
    Shortcut {
        sequences: [StandardKey.Back]
        enabled: root.openApp.length > 0 || root.openMachine.length > 0
        onActivated: root.go(root.place)
    }
    Connections {
        target: root.desk.parting

        function onForgotten(machine: string) {
            if (machine === root.openMachine)
                root.openMachine = "";
        }
    }

    Rail {
        id: rail

        anchors.left: parent.left
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        width: root.narrow ? 0 : implicitWidth
        visible: !root.narrow
        current: root.place
        waiting: root.desk.requests.waiting
        offered: root.desk.machines.fresh
        onChosen: place => root.go(place)
    }
    Rail {
        id: bar

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: root.narrow ? implicitHeight : 0
        visible: root.narrow
        below: true
        current: root.place
        waiting: root.desk.requests.waiting
        offered: root.desk.machines.fresh
        onChosen: place => root.go(place)
    }
    Banner {
        id: banner

        anchors.left: rail.right
        anchors.right: parent.right
        anchors.top: parent.top
        health: root.desk.health
        onNetworkWanted: root.desk.setNetworkOff(false)
        onFindingsWanted: findings.open()
    }
    InUseStrip {
        id: used

        anchors.left: rail.right
        anchors.right: parent.right
        anchors.top: banner.bottom
        inUse: root.desk.inUse
    }
    Loader {
        id: pages

        anchors.left: rail.right
        anchors.right: parent.right
        anchors.top: used.bottom
        anchors.bottom: bar.top
        focus: true
        sourceComponent: root.openApp.length > 0 ? appPage : root.openMachine.length > 0 ? machinePage : [apps, keys, requests, machines, activity][root.place]
        onLoaded: (item as Item).forceActiveFocus()
    }
    UndoLine {
        anchors.horizontalCenter: pages.horizontalCenter
        anchors.bottom: pages.bottom
        anchors.bottomMargin: 16
        width: Math.min(implicitWidth, pages.width - 32)
        undo: root.desk.undo
    }
    StopSheet {
        plan: root.desk.stopPlan
    }
    ConnectionsSheet {
        connections: root.desk.connections
        share: root.desk.share
        shareable: root.desk.machines.total > 0
    }
    EditSheet {
        edit: root.desk.ruleEdit
    }
    NeversSheet {
        nevers: root.desk.nevers
    }
    UpdatesSheet {
        updates: root.desk.updates
        onRepositoriesWanted: root.desk.repositories.show()
    }
    RepositoriesSheet {
        repositories: root.desk.repositories
    }
    InstallSheet {
        installing: root.desk.installing
    }
    RemoveSheet {
        packages: root.desk.packages
    }
    ImportSheet {
        exchange: root.desk.exchange
    }
    WhySheet {
        explanation: root.desk.explanation
    }
    OpenFilesSheet {
        files: root.desk.stopPlan.files
    }
    TrialSheet {
        trials: root.desk.trials
    }
    AddMachineSheet {
        pairing: root.desk.pairing
        self: root.desk.self
    }
    ShareSheet {
        draft: root.desk.share
    }
    AskSheet {
        draft: root.desk.ask
    }
    UseOfferSheet {
        use: root.desk.offerUse
    }
    PartingSheet {
        parting: root.desk.parting
    }
    ThisMachineSheet {
        id: selfSheet

        self: root.desk.self
    }
    PanicSheet {
        id: panic

        desk: root.desk
    }
    FindingsSheet {
        id: findings

        health: root.desk.health
    }

    Component {
        id: apps

        AppsPage {
            desk: root.desk
            onPageWanted: app => root.showApp(app)
        }
    }
    Component {
        id: keys

        KeysPage {
            desk: root.desk
        }
    }
    Component {
        id: requests

        RequestsPage {
            desk: root.desk
        }
    }
    Component {
        id: machines

        MachinesPage {
            desk: root.desk
            onPageWanted: machine => root.showMachine(machine)
            onSelfWanted: selfSheet.open()
        }
    }
    Component {
        id: machinePage

        MachinePage {
            desk: root.desk
            onClosed: root.openMachine = ""
        }
    }
    Component {
        id: activity

        ActivityPage {
            desk: root.desk
        }
    }
    Component {
        id: appPage

        AppPage {
            desk: root.desk
            onClosed: root.openApp = ""
        }
    }
}
