// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// One machine: how it is, what it may use, how it is reached.
FocusScope {
    id: root

    required property Desk desk
    readonly property MachineView machine: desk.machine
    readonly property int fresh: machine.offers.fresh
    signal closed

    function rename() {
        name.forceActiveFocus(Qt.ShortcutFocusReason);
        name.selectAll();
    }

    Item {
        id: header

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.margin
        height: 56

        SymbolButton {
            id: back

            anchors.left: parent.left
            anchors.leftMargin: -8
            anchors.verticalCenter: parent.verticalCenter
            symbol: LayoutMirroring.enabled ? "forward" : "back"
            label: qsTr("Back")
            focus: true
            onClicked: root.closed()
        }
        MachineMark {
            id: mark

            anchors.left: back.right
            anchors.leftMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            size: 48
            stripe: root.machine.stripe
            initials: root.machine.initials
        }
        InputField {
            id: name

            anchors.left: mark.right
            anchors.leftMargin: 8
            anchors.top: mark.top
            anchors.topMargin: care.visible ? (mark.height - height) / 2 : -6
            anchors.right: actions.left
            anchors.rightMargin: 12
            text: root.machine.petname
            maximumLength: 60
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.name: qsTr("Your name for this machine")
            background: Rectangle {
                radius: Theme.controlRadius
                color: name.activeFocus ? Theme.surface : "transparent"
                border.width: name.activeFocus ? 2 : name.hovered ? 1 : 0
                border.color: name.activeFocus ? Theme.accent : Theme.control
            }
            onEditingFinished: {
                root.machine.petname = text;
                text = Qt.binding(() => root.machine.petname);
            }
            Keys.onEscapePressed: {
                text = Qt.binding(() => root.machine.petname);
                back.forceActiveFocus();
            }
        }
        MachineState {
            anchors.left: name.left
            anchors.leftMargin: 10
            anchors.right: actions.left
            anchors.rightMargin: 12
            anchors.top: name.bottom
            visible: !care.visible
            text: root.machine.stateText
            connected: root.machine.connected
            needsCare: false
            blocked: false
            more: root.machine.way
        }
        Row {
            id: actions

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.unit

            PushButton {
                text: qsTr("Share something…")
                manner: PushButton.Primary
                visible: !root.machine.blocked && root.machine.care.length === 0
                onClicked: root.desk.share.begin(root.machine.machine)
            }
            PushButton {
                text: qsTr("Ask for…")
                visible: !root.machine.blocked && root.machine.care.length === 0
                onClicked: root.desk.ask.begin(root.machine.machine)
            }
            PushButton {
                text: root.machine.connecting ? qsTr("Connecting…") : qsTr("Connect now")
                visible: !root.machine.connected && root.machine.care.length === 0
                enabled: !root.machine.connecting
                onClicked: root.machine.connectNow()
            }
            SymbolButton {
                id: more

                anchors.verticalCenter: parent.verticalCenter
                symbol: "more"
                label: qsTr("More about %1").arg(root.machine.petname)
                Accessible.role: Accessible.ButtonMenu
                onClicked: menu.open()

                MachineMenu {
                    id: menu

                    x: more.mirrored ? 0 : more.width - width
                    y: more.height + 4
                    full: false
                    connectable: false
                    blocked: root.machine.blocked
                    onRenameWanted: root.rename()
                    onParting: what => root.desk.parting.begin(root.machine.machine, what)
                    onUnblockWanted: root.machine.unblock()
                }
            }
        }
    }
    CareCard {
        id: care

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: header.bottom
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        anchors.topMargin: visible ? 16 : 0
        height: visible ? implicitHeight : 0
        visible: root.machine.care.length > 0
        machine: root.machine
        onAnewWanted: root.desk.parting.begin(root.machine.machine, Parting.Renew)
    }
    PlainLabel {
        id: why

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: care.bottom
        anchors.leftMargin: Theme.margin + 44
        anchors.rightMargin: Theme.margin
        anchors.topMargin: visible ? 8 : 0
        height: visible ? implicitHeight : 0
        text: root.machine.why
        visible: text.length > 0 && !care.visible
        color: Theme.dim
        wrapMode: Text.Wrap
        maximumLineCount: 2
    }
    TabRow {
        id: tabs

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: why.bottom
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        anchors.topMargin: 16
        labels: [qsTr("It may use"), root.fresh > 0 ? qsTr("You may use (%Ln new)", "", root.fresh) : qsTr("You may use"), qsTr("Ways to it"), qsTr("About it")]
        // What waits for an answer comes first.
        Component.onCompleted: if (root.fresh > 0)
            current = 1
    }
    Loader {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: tabs.bottom
        anchors.bottom: parent.bottom
        sourceComponent: [shared, offers, ways, facts][tabs.current]
    }
    Component {
        id: shared

        GrantsList {
            grants: root.machine.grants
            plan: root.desk.stopPlan
            edit: root.desk.ruleEdit
            showWho: false
            heading: qsTr("It may use")
            emptyTitle: qsTr("It may use nothing of yours")
            emptyText: qsTr("What you share with it appears here, and can be taken back here at any time.")
        }
    }
    Component {
        id: offers

        OffersList {
            desk: root.desk
        }
    }
    Component {
        id: ways

        WaysTab {
            machine: root.machine
        }
    }
    Component {
        id: facts

        MachineFacts {
            machine: root.machine
        }
    }
}
