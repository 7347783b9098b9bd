// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T

// Something that another machine offers: what, on what terms, who has it here. What it is called is the other side's word.
T.ItemDelegate {
    id: root

    required property string offerId
    required property string title
    required property string kindText
    required property string terms
    required property string chain
    required property string stateText
    required property string grant
    required property var users
    required property int live
    required property bool fresh
    required property bool accepted
    required property bool over
    required property bool usable
    required property bool passable
    required property bool files
    required property string place
    required property bool app
    required property bool startable
    required property bool running
    required property string machine
    readonly property string called: title.trim().length > 0 ? title : qsTr("(no name)")
    signal useWanted
    signal passWanted
    signal showWanted
    signal takeWanted
    signal startWanted
    signal endWanted
    signal declined
    signal stopWanted(grant: string)

    function openMenu() {
        if (over)
            return;
        menu.active = true;
        menu.item.popup(root, root.mirrored ? Theme.margin : root.width - menu.item.width - Theme.margin, 44); // qmllint disable missing-property
    }
    // What Enter does, and what Delete does.
    function act() {
        if (place.length > 0)
            showWanted();
        else if (app && fresh)
            takeWanted();
        else if (startable)
            startWanted();
        else if (running)
            endWanted();
        else if (usable)
            useWanted();
    }
    function refuse() {
        if (fresh)
            declined();
        else if (accepted)
            stopWanted(grant);
    }

    implicitHeight: over ? gone.implicitHeight + 24 : column.implicitHeight + 32
    leftInset: Theme.margin
    rightInset: Theme.margin
    leftPadding: Theme.margin + 16
    rightPadding: Theme.margin + 16
    hoverEnabled: true
    highlighted: ListView.isCurrentItem && (ListView.view?.activeFocus ?? false)
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: [called, kindText, stateText, terms, chain.length > 0 ? qsTr("It comes by way of %1").arg(chain) : "", ...users.map(user => user.name + ": " + user.line)].filter(part => part.length > 0).join(", ")
    Accessible.description: app && fresh ? qsTr("Enter accepts it, Delete declines it") : startable ? qsTr("Enter starts it there, Delete gives it back") : running ? qsTr("Enter stops it there, Delete gives it back") : fresh ? qsTr("Enter uses it, Delete declines it") : accepted && files ? qsTr("Enter shows it or gives it to an app, Delete gives it back") : accepted ? qsTr("Enter gives it to an app, Delete gives it back") : ""
    Accessible.onPressAction: act()
    onClicked: {
        if (ListView.view) {
            ListView.view.currentIndex = root.ListView.view.indexAt(x + width / 2, y + height / 2);
            ListView.view.forceActiveFocus(Qt.MouseFocusReason);
        }
    }

    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: root.openMenu()
    }
    background: Card {
        color: root.over ? "transparent" : Theme.surface
        border.color: root.fresh ? Theme.accent : Theme.hairline

        FocusRing {
            shown: root.highlighted
            radius: Theme.radius
            gap: 1
        }
    }
    contentItem: Item {
        Column {
            id: gone

            anchors.left: parent.left
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            visible: root.over
            spacing: 1

            PlainLabel {
                width: parent.width
                text: qsTr("“%1”").arg(root.called)
                color: Theme.dim
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: [root.stateText, root.terms].filter(part => part.length > 0).join(" · ")
                font.pixelSize: Theme.small
                color: Theme.dim
                Accessible.ignored: true
            }
        }
        Column {
            id: column

            anchors.left: parent.left
            anchors.right: parent.right
            y: 16
            visible: !root.over
            spacing: 10

            Item {
                width: parent.width
                height: 20

                Symbol {
                    id: sign

                    anchors.left: parent.left
                    anchors.verticalCenter: parent.verticalCenter
                    name: root.files ? "folder" : root.app ? "apps" : "service"
                    color: root.fresh || root.live > 0 || root.running ? Theme.accent : Theme.dim
                }
                PlainLabel {
                    id: kind

                    anchors.left: sign.right
                    anchors.leftMargin: 10
                    anchors.verticalCenter: parent.verticalCenter
                    width: Math.min(implicitWidth, parent.width - 26 - Math.min(how.implicitWidth, parent.width / 2) - 16)
                    text: root.kindText
                    font.weight: Font.DemiBold
                    Accessible.ignored: true
                }
                PlainLabel {
                    id: how

                    anchors.left: kind.right
                    anchors.leftMargin: 16
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    text: root.stateText
                    horizontalAlignment: Text.AlignRight
                    color: Theme.dim
                    Accessible.ignored: true
                }
            }
            QuoteBox {
                width: parent.width
                who: root.machine
                lead: qsTr("%1 calls it:").arg(root.machine)
                words: root.called
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.terms
                visible: text.length > 0
                wrapMode: Text.Wrap
                maximumLineCount: 2
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: qsTr("By way of: %1").arg(root.chain)
                visible: root.chain.length > 0
                color: Theme.dim
                wrapMode: Text.Wrap
                maximumLineCount: 3
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: qsTr("You find it at %1").arg("\u2068" + root.place + "\u2069")
                visible: root.place.length > 0
                color: Theme.dim
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
            Column {
                width: parent.width
                visible: root.users.length > 0

                Repeater {
                    model: root.users.slice(0, 20)

                    OfferUserRow {
                        required property var modelData

                        width: parent?.width ?? 0
                        name: modelData.name
                        line: modelData.line
                        portrait: modelData.portrait
                        stripe: modelData.stripe
                        initials: modelData.initials
                        live: modelData.live
                        onStopWanted: root.stopWanted(modelData.grant)
                    }
                }
                PlainLabel {
                    text: qsTr("and %Ln more", "", root.users.length - 20)
                    visible: root.users.length > 20
                    color: Theme.dim
                    Accessible.ignored: true
                }
            }
            Flow {
                width: parent.width
                spacing: Theme.unit

                PushButton {
                    text: qsTr("Show it")
                    visible: root.place.length > 0
                    focusPolicy: Qt.NoFocus
                    Accessible.description: root.called
                    onClicked: root.showWanted()
                }
                PushButton {
                    text: qsTr("Accept")
                    manner: PushButton.Primary
                    visible: root.app && root.fresh
                    focusPolicy: Qt.NoFocus
                    Accessible.description: root.called
                    onClicked: root.takeWanted()
                }
                PushButton {
                    text: qsTr("Start")
                    visible: root.startable
                    focusPolicy: Qt.NoFocus
                    Accessible.description: root.called
                    onClicked: root.startWanted()
                }
                PushButton {
                    text: qsTr("Stop")
                    visible: root.running
                    focusPolicy: Qt.NoFocus
                    Accessible.description: root.called
                    onClicked: root.endWanted()
                }
                PushButton {
                    text: root.files && root.accepted ? qsTr("Give it to an app…") : root.fresh || root.users.length === 0 ? qsTr("Use it…") : qsTr("Use it in another app…")
                    manner: root.fresh ? PushButton.Primary : PushButton.Plain
                    visible: root.usable
                    focusPolicy: Qt.NoFocus
                    Accessible.description: root.called
                    onClicked: root.useWanted()
                }
                PushButton {
                    text: qsTr("No thanks")
                    visible: root.fresh
                    focusPolicy: Qt.NoFocus
                    Accessible.description: root.called
                    onClicked: root.declined()
                }
                PushButton {
                    text: qsTr("Pass it on…")
                    visible: root.passable
                    focusPolicy: Qt.NoFocus
                    Accessible.description: root.called
                    onClicked: root.passWanted()
                }
                PushButton {
                    text: qsTr("Give it back…")
                    visible: root.accepted
                    focusPolicy: Qt.NoFocus
                    Accessible.description: root.called
                    onClicked: root.stopWanted(root.grant)
                }
            }
        }
    }
    // Of hundreds of cards few are asked for theirs.
    Loader {
        id: menu

        active: false
        sourceComponent: OfferMenu {
            users: root.users
            fresh: root.fresh
            accepted: root.accepted
            usable: root.usable
            passable: root.passable
            files: root.files
            place: root.place
            app: root.app
            startable: root.startable
            running: root.running
            onTakeWanted: root.takeWanted()
            onStartWanted: root.startWanted()
            onEndWanted: root.endWanted()
            onShowWanted: root.showWanted()
            onUseWanted: root.useWanted()
            onPassWanted: root.passWanted()
            onDeclined: root.declined()
            onGivenBack: root.stopWanted(root.grant)
            onStopWanted: grant => root.stopWanted(grant)
        }
    }
}
