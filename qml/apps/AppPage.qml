// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// One app: what it has, what it asked, its folder, its limits.
FocusScope {
    id: root

    required property Desk desk
    readonly property AppView app: desk.page
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
            onClicked: root.closed()
        }
        AppIcon {
            id: icon

            anchors.left: back.right
            anchors.leftMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            source: root.app.icon
        }
        InputField {
            id: name

            anchors.left: icon.right
            anchors.leftMargin: 8
            anchors.top: icon.top
            anchors.topMargin: -6
            anchors.right: actions.left
            anchors.rightMargin: 12
            text: root.app.name
            placeholderText: root.app.ownName
            maximumLength: 60
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.name: qsTr("Your name for this app")
            background: Rectangle {
                radius: Theme.controlRadius
                color: name.activeFocus ? Theme.surface : "transparent"
                border.width: name.activeFocus ? 2 : name.hovered ? 1 : 0
                border.color: name.activeFocus ? Theme.accent : Theme.control
            }
            onEditingFinished: {
                root.app.name = text;
                text = Qt.binding(() => root.app.name);
            }
            Keys.onEscapePressed: {
                text = Qt.binding(() => root.app.name);
                back.forceActiveFocus();
            }
        }
        PlainLabel {
            anchors.left: name.left
            anchors.leftMargin: 10
            anchors.right: actions.left
            anchors.rightMargin: 12
            anchors.top: name.bottom
            anchors.topMargin: 0
            text: root.app.source
            font.pixelSize: Theme.small
            color: Theme.dim
            elide: Text.ElideMiddle
        }
        Row {
            id: actions

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.unit

            PushButton {
                text: qsTr("Start")
                manner: PushButton.Primary
                onClicked: root.desk.apps.start(root.app.app)
            }
        }
    }
    TabRow {
        id: tabs

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: header.bottom
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        anchors.topMargin: 16
        labels: [qsTr("Has"), qsTr("Asked"), qsTr("Data"), qsTr("Limits")]
    }
    Loader {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: tabs.bottom
        anchors.bottom: parent.bottom
        sourceComponent: [has, asked, data, limits][tabs.current]
    }
    Component {
        id: has

        Item {
            PushButton {
                id: giving

                anchors.right: parent.right
                anchors.top: parent.top
                anchors.rightMargin: Theme.margin - 4
                anchors.topMargin: 8
                manner: PushButton.Flat
                text: qsTr("Give access to the network…")
                onClicked: root.desk.ruleEdit.make(root.app.app)
            }
            GrantsList {
                anchors.left: parent.left
                anchors.right: parent.right
                anchors.top: giving.bottom
                anchors.bottom: parent.bottom
                grants: root.app.grants
                share: root.desk.machines.total > 0 ? root.desk.share : null
                plan: root.desk.stopPlan
                edit: root.desk.ruleEdit
                showWho: false
            }
        }
    }
    Component {
        id: asked

        RequestsList {
            requests: root.app.requests
        }
    }
    Component {
        id: data

        DataTab {
            app: root.app
        }
    }
    Component {
        id: limits

        LimitsTab {
            app: root.app
        }
    }
}
