// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// Everything any app may use, and the way to take it back.
FocusScope {
    id: root

    required property Desk desk
    readonly property bool narrow: width < 640

    function focusSearch() {
        filter.forceActiveFocus(Qt.ShortcutFocusReason);
        filter.selectAll();
    }

    PageHeader {
        id: header

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.margin
        title: qsTr("Keys")

        InputField {
            id: filter

            width: Math.min(300, root.width - 200)
            symbol: "search"
            clearable: true
            placeholderText: qsTr("Find an app or a thing")
            onTextChanged: root.desk.grants.filter = text
            Keys.onDownPressed: list.forceActiveFocus(Qt.TabFocusReason)
            Keys.onEscapePressed: clear()
        }
        KeysMenu {
            desk: root.desk
        }
    }
    Item {
        id: bar

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: header.bottom
        anchors.margins: Theme.margin
        anchors.topMargin: 16
        height: Theme.controlHeight

        Segments {
            anchors.left: parent.left
            label: qsTr("Group")
            choices: root.desk.grants.groupings
            value: root.desk.grants.grouping
            visible: root.desk.grants.selectedCount === 0
            onPicked: value => root.desk.grants.grouping = value
        }
        PlainLabel {
            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("%Ln selected", "", root.desk.grants.selectedCount)
            font.weight: Font.DemiBold
            visible: root.desk.grants.selectedCount > 0
        }
        Row {
            anchors.right: parent.right
            spacing: Theme.unit

            Row {
                spacing: Theme.unit
                visible: root.desk.grants.selectedCount === 0
                height: Theme.controlHeight

                PlainLabel {
                    anchors.verticalCenter: parent.verticalCenter
                    text: qsTr("Show ended ones")
                    color: Theme.dim
                    Accessible.ignored: true
                }
                Toggle {
                    anchors.verticalCenter: parent.verticalCenter
                    text: qsTr("Show ended ones")
                    checked: root.desk.grants.showEnded
                    onToggled: root.desk.grants.showEnded = checked
                }
            }
            PushButton {
                text: qsTr("Select all")
                visible: root.desk.grants.selectedCount > 0
                onClicked: root.desk.grants.selectAll()
            }
            PushButton {
                text: qsTr("Select none")
                visible: root.desk.grants.selectedCount > 0
                onClicked: root.desk.grants.clearSelection()
            }
            PushButton {
                text: qsTr("Stop…")
                manner: PushButton.Ending
                visible: root.desk.grants.selectedCount > 0
                onClicked: root.desk.stopPlan.begin(root.desk.grants.chosen(""))
            }
        }
    }
    KeysHeader {
        id: columns

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: bar.bottom
        anchors.topMargin: visible ? 8 : 0
        opacity: list.count > 0 ? 1 : 0
        sharing: list.share !== null
    }
    GrantsList {
        id: list

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: columns.bottom
        anchors.bottom: parent.bottom
        anchors.topMargin: columns.visible ? 0 : 4
        grants: root.desk.grants
        share: root.desk.machines.total > 0 ? root.desk.share : null
        plan: root.desk.stopPlan
        edit: root.desk.ruleEdit
    }
}
