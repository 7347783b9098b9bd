// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// One thing somebody may use.
T.ItemDelegate {
    id: root

    required property string grantId
    required property string thing
    required property string place
    required property string wholeName
    required property string holder
    required property string who
    required property url portrait
    required property int stripe
    required property string initials
    required property string access
    required property string reach
    required property string lasting
    required property string used
    required property int live
    required property bool ended
    required property bool paused
    required property string stateText
    required property string origin
    required property string symbol
    required property bool selected
    required property string profile
    required property bool changeable
    required property string note
    required property bool shareable
    // There is a machine to share with.
    property bool sharing: false
    property bool showWho: true
    property bool showPlace: true
    property bool selecting: false
    readonly property bool narrow: width < 700
    readonly property color ink: ended ? Theme.dim : Theme.text
    signal stopped
    signal changeWanted
    signal looked
    signal givenAgain
    signal shareWanted
    signal pausedSwitched
    signal picked

    height: note.length > 0 ? 70 : 52
    hoverEnabled: true
    highlighted: ListView.isCurrentItem && (ListView.view?.activeFocus ?? false)
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2, %3, %4").arg(thing).arg(who).arg(access).arg(stateText || lasting)
    Accessible.description: [wholeName, note].filter(part => part.length > 0).join(", ")
    Accessible.selected: selected
    onClicked: {
        if (ListView.view) {
            ListView.view.currentIndex = root.ListView.view.indexAt(x + width / 2, y + height / 2);
            ListView.view.forceActiveFocus(Qt.MouseFocusReason);
        }
    }

    background: Rectangle {
        anchors.fill: parent
        anchors.leftMargin: Theme.margin - 12
        anchors.rightMargin: Theme.margin - 12
        radius: Theme.controlRadius
        color: root.selected ? Theme.accentSoft : root.hovered ? Theme.raised : "transparent"

        FocusRing {
            shown: root.highlighted
            gap: -1
        }
    }
    contentItem: Item {
        CheckMark {
            id: check

            anchors.left: parent.left
            anchors.leftMargin: Theme.margin - 4
            anchors.verticalCenter: parent.verticalCenter
            checked: root.selected
            opacity: root.selecting || root.hovered || root.highlighted ? 1 : 0
            visible: !root.ended
            text: qsTr("Select %1").arg(root.thing)
            onClicked: root.picked()
        }
        Symbol {
            id: sign

            anchors.left: parent.left
            anchors.leftMargin: Theme.margin + 24
            anchors.verticalCenter: parent.verticalCenter
            name: root.symbol
            color: Theme.dim
            visible: !root.showWho
        }
        AppIcon {
            id: icon

            anchors.left: parent.left
            anchors.leftMargin: Theme.margin + 22
            anchors.verticalCenter: parent.verticalCenter
            size: 24
            source: root.showWho ? root.portrait : ""
            visible: root.showWho
            opacity: root.ended ? 0.5 : 1

            MachineMark {
                anchors.fill: parent
                size: 24
                stripe: Math.max(0, root.stripe)
                initials: root.initials
                visible: root.stripe >= 0
            }
        }
        Column {
            anchors.left: icon.right
            anchors.leftMargin: 12
            anchors.right: columns.left
            anchors.rightMargin: 16
            anchors.verticalCenter: parent.verticalCenter
            anchors.verticalCenterOffset: root.note.length > 0 ? -9 : 0
            spacing: 1

            Row {
                width: parent.width
                spacing: Theme.unit

                PlainLabel {
                    text: root.thing
                    color: root.ink
                    elide: Text.ElideMiddle
                    width: Math.min(implicitWidth, parent.width - (liveMark.visible ? liveMark.width + 8 : 0))
                    Accessible.ignored: true
                }
                T.AbstractButton {
                    id: liveMark

                    visible: root.live > 0
                    width: liveText.implicitWidth + 14
                    height: 18
                    focusPolicy: Qt.NoFocus
                    hoverEnabled: true
                    Accessible.name: qsTr("What is open of %1").arg(root.thing)
                    onClicked: root.looked()

                    background: Rectangle {
                        radius: 9
                        color: Theme.accentSoft
                        border.width: liveMark.hovered ? 1 : 0
                        border.color: Theme.accent
                    }
                    PlainLabel {
                        id: liveText

                        anchors.centerIn: parent
                        text: qsTr("%Ln open", "open handles", root.live)
                        font.pixelSize: Theme.small
                    }
                }
            }
            PlainLabel {
                width: parent.width
                text: [root.showWho ? root.who : root.showPlace ? root.place : "", root.showWho || !root.showPlace ? root.profile : "", root.reach, root.narrow ? root.access : "", root.narrow && !root.ended ? root.stateText || root.lasting : ""].filter(part => part.length > 0).join(" · ")
                visible: text.length > 0
                font.pixelSize: Theme.small
                color: Theme.dim
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
        }
        // As long as it is: below the columns too.
        PlainLabel {
            anchors.left: icon.right
            anchors.leftMargin: 12
            anchors.right: parent.right
            anchors.rightMargin: Theme.margin + 86
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 8
            text: root.note
            visible: text.length > 0
            font.pixelSize: Theme.small
            color: Theme.dim
            Accessible.ignored: true
        }
        Row {
            id: columns

            anchors.right: parent.right
            anchors.rightMargin: Theme.margin + (root.sharing ? 160 : 128)
            anchors.verticalCenter: parent.verticalCenter
            anchors.verticalCenterOffset: root.note.length > 0 ? -9 : 0
            spacing: 12

            PlainLabel {
                width: 138
                text: root.access
                color: root.ink
                visible: !root.narrow
                Accessible.ignored: true
            }
            PlainLabel {
                width: 118
                text: root.stateText || root.lasting
                color: root.ink
                visible: !root.narrow
                Accessible.ignored: true
            }
            PlainLabel {
                width: 76
                text: root.used
                color: Theme.dim
                visible: !root.narrow && root.width > 760
                font.features: ({
                        "tnum": 1
                    })
                Accessible.ignored: true
            }
        }
        Row {
            anchors.right: parent.right
            anchors.rightMargin: Theme.margin + 86
            anchors.verticalCenter: parent.verticalCenter

            SymbolButton {
                symbol: "machines"
                label: qsTr("Share %1 with a machine").arg(root.thing)
                visible: root.shareable && root.sharing
                focusPolicy: Qt.NoFocus
                onClicked: root.shareWanted()
            }
            SymbolButton {
                symbol: "edit"
                label: qsTr("Change %1").arg(root.thing)
                visible: root.changeable
                focusPolicy: Qt.NoFocus
                onClicked: root.changeWanted()
            }
        }
        PushButton {
            anchors.right: parent.right
            anchors.rightMargin: Theme.margin - 4
            anchors.verticalCenter: parent.verticalCenter
            implicitHeight: 30
            manner: PushButton.Flat
            text: root.ended ? qsTr("Give again") : qsTr("Stop…")
            focusPolicy: Qt.NoFocus
            Accessible.description: root.thing
            onClicked: root.ended ? root.givenAgain() : root.stopped()
        }
    }
    Tip {
        text: root.wholeName + "\n" + root.origin
        visible: root.hovered || root.highlighted
        delay: 900
    }
}
