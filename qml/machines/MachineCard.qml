// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// A machine at a glance: whose, how it is, what each may use of the other.
T.ItemDelegate {
    id: root

    required property string machineId
    required property string petname
    required property string announced
    required property int stripe
    required property string initials
    required property string stateText
    required property string why
    required property string way
    required property string uses
    required property string usedHere
    required property string fresh
    required property bool connected
    required property bool connecting
    required property bool needsCare
    required property bool blocked
    property bool renaming: false
    // An offer that waits for an answer. Its name is the other side's word.
    readonly property string offering: fresh.length > 0 ? qsTr("New: it offers you %1").arg(fresh) : ""
    readonly property bool connectable: !connected && !connecting && !blocked
    readonly property string shared: [uses.length > 0 ? qsTr("It may use: %1").arg(uses) : "", usedHere.length > 0 ? qsTr("You may use: %1").arg(usedHere) : ""].filter(part => part.length > 0).join("\n")
    signal opened
    signal connectWanted
    signal shareWanted
    signal renamed(petname: string)
    signal parting(what: int)
    signal unblockWanted

    function rename() {
        renaming = true;
        field.text = petname;
        field.forceActiveFocus(Qt.ShortcutFocusReason);
        field.selectAll();
    }
    function endRenaming(keep: bool) {
        if (!renaming)
            return;
        const here = field.activeFocus;
        renaming = false;
        if (keep)
            renamed(field.text);
        if (here)
            forceActiveFocus(Qt.OtherFocusReason);
    }
    function openMenu() {
        menu.active = true;
        menu.item.popup(root, root.mirrored ? Theme.margin : root.width - menu.item.width - Theme.margin, 44); // qmllint disable missing-property
    }

    implicitHeight: Math.max(mark.height, words.implicitHeight) + 32
    leftInset: Theme.margin
    rightInset: Theme.margin
    leftPadding: Theme.margin
    rightPadding: Theme.margin
    hoverEnabled: true
    // The list gives it to the current one.
    highlighted: activeFocus
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: [petname, offering, stateText, why, shared.length > 0 ? shared.replace("\n", ", ") : qsTr("Nothing is shared")].filter(part => part.length > 0).join(", ")
    Accessible.description: way
    Accessible.onPressAction: opened()
    onClicked: opened()

    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: root.openMenu()
    }
    background: Card {
        color: root.hovered && !root.needsCare ? Theme.raised : root.needsCare ? Theme.notice : Theme.surface

        Rectangle {
            anchors.left: parent.left
            anchors.leftMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            width: 4
            height: parent.height - 24
            radius: 2
            color: Theme.stripes[root.stripe]
            opacity: root.blocked ? 0.4 : 1
        }
        FocusRing {
            shown: root.highlighted
            radius: Theme.radius
            gap: 1
        }
    }
    contentItem: Item {
        MachineMark {
            id: mark

            anchors.left: parent.left
            anchors.leftMargin: 26
            y: 16
            stripe: root.stripe
            initials: root.initials
            opacity: root.blocked ? 0.4 : 1
        }
        Column {
            id: words

            anchors.left: mark.right
            anchors.leftMargin: 14
            anchors.right: actions.left
            anchors.rightMargin: 12
            y: 16
            spacing: 3

            PlainLabel {
                width: parent.width
                height: 22
                text: root.petname
                font.pixelSize: Theme.heading
                font.weight: Font.DemiBold
                elide: Text.ElideMiddle
                opacity: root.renaming ? 0 : 1
                Accessible.ignored: true

                InputField {
                    id: field

                    x: root.mirrored ? parent.width - width + 10 : -10
                    y: -6
                    width: Math.min(parent.width + 10, 320)
                    visible: root.renaming
                    maximumLength: 60
                    Accessible.name: qsTr("Your name for this machine")
                    // Taken here: to the list the same key opens the page.
                    Keys.onReturnPressed: root.endRenaming(true)
                    Keys.onEnterPressed: root.endRenaming(true)
                    onActiveFocusChanged: if (!activeFocus)
                        root.endRenaming(true)
                    Keys.onEscapePressed: root.endRenaming(false)
                }
            }
            MachineState {
                width: parent.width
                text: root.stateText
                connected: root.connected
                needsCare: root.needsCare
                blocked: root.blocked
                more: root.needsCare || root.blocked ? "" : root.way
            }
            PlainLabel {
                width: parent.width
                leftPadding: root.mirrored ? 0 : 24
                rightPadding: root.mirrored ? 24 : 0
                text: root.why
                visible: text.length > 0
                font.pixelSize: Theme.small
                color: Theme.dim
                wrapMode: Text.Wrap
                maximumLineCount: 2
                Accessible.ignored: true
            }
            Item {
                width: 1
                height: 1
            }
            PlainLabel {
                width: parent.width
                text: root.offering
                visible: text.length > 0
                font.weight: Font.DemiBold
                color: Theme.accent
                wrapMode: Text.Wrap
                maximumLineCount: 2
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.shared.length > 0 ? root.shared : qsTr("Nothing is shared")
                color: root.shared.length > 0 ? Theme.text : Theme.dim
                wrapMode: Text.Wrap
                maximumLineCount: 3
                visible: !root.blocked && (root.shared.length > 0 || root.fresh.length === 0)
                Accessible.ignored: true
            }
        }
        Row {
            id: actions

            anchors.right: parent.right
            anchors.rightMargin: 12
            y: 12
            spacing: 4

            PushButton {
                implicitHeight: 30
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("Look at it…")
                visible: root.fresh.length > 0 && !root.needsCare
                focusPolicy: Qt.NoFocus
                Accessible.description: root.petname
                onClicked: root.opened()
            }
            PushButton {
                implicitHeight: 30
                anchors.verticalCenter: parent.verticalCenter
                text: root.needsCare ? qsTr("What to do…") : root.connecting ? qsTr("Connecting…") : qsTr("Connect now")
                visible: root.needsCare || (!root.connected && !root.blocked && root.fresh.length === 0)
                enabled: !root.connecting
                focusPolicy: Qt.NoFocus
                Accessible.description: root.petname
                onClicked: root.needsCare ? root.opened() : root.connectWanted()
            }
            SymbolButton {
                anchors.verticalCenter: parent.verticalCenter
                symbol: "more"
                label: qsTr("More about %1").arg(root.petname)
                focusPolicy: Qt.NoFocus
                Accessible.role: Accessible.ButtonMenu
                onClicked: root.openMenu()
            }
        }
    }
    // Of hundreds of cards few are asked for theirs.
    Loader {
        id: menu

        active: false
        sourceComponent: MachineMenu {
            connectable: root.connectable
            sharable: !root.blocked && !root.needsCare
            blocked: root.blocked
            onPageWanted: root.opened()
            onShareWanted: root.shareWanted()
            onRenameWanted: root.rename()
            onConnectWanted: root.connectWanted()
            onParting: what => root.parting(what)
            onUnblockWanted: root.unblockWanted()
        }
    }
}
