//! The paths of a table as a tree: which columns take their values from an element.

use super::scan::Name;
use crate::columns::ColumnId;
use crate::plan::{Kind, Plan};
use lakebed_schema::xml_path::{XmlCondition, XmlPath};

/// Number of a node in a [`Tree`]; 0 is the record's element.
pub(super) type NodeId = usize;

/// All paths of a table.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

/// An element that paths go through or end at.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) children: Vec<Child>,
    /// Columns whose value is an attribute of this element.
    pub(super) attributes: Vec<(Name, ColumnId)>,
    /// Columns whose value is this element.
    pub(super) values: Vec<Value>,
}

/// A step down.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) element: Name,
    /// Attribute that the element must have, and its value.
    pub(super) condition: Option<(Name, String)>,
    pub(super) node: NodeId,
}

/// A column whose value is an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) column: ColumnId,
    /// When the element is a record of its own: the struct it goes to, and the node of its members.
    pub(super) record: Option<(ColumnId, NodeId)>,
}

impl Tree {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut tree = Self::default();
        tree.add_record(plan, 0);
        tree
    }

    #[allow(clippy::indexing_slicing, reason = "ids come from the tree itself, which never loses a node")]
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// Whether a path goes through an element of that name.
    pub(super) fn mentions(&self, name: &Name) -> bool {
        let mut children = self.nodes.iter().flat_map(|node| &node.children);
        children.any(|child| name.matches(child.element.as_str().as_bytes()) || child.element == *name)
    }

    fn add_record(&mut self, plan: &Plan, record: ColumnId) -> NodeId {
        let root = self.add_node();
        let members = plan.record(record);
        for (&column, path) in members.members.iter().zip(&members.xml) {
            let node = self.descend(root, path);
            if let Some(attribute) = &path.attribute {
                self.node_mut(node).attributes.push((Name::new(attribute), column));
                continue;
            }
            let is_struct =
                |id: ColumnId| matches!(plan.nodes.get(id).map(|n| &n.kind), Some(Kind::Struct(_)));
            let is_list = matches!(plan.nodes.get(column).map(|n| &n.kind), Some(Kind::List { .. }));
            let element = if is_list { column + 1 } else { column };
            let record = is_struct(element).then(|| (element, self.add_record(plan, element)));
            self.node_mut(node).values.push(Value { column, record });
        }
        root
    }

    #[allow(clippy::indexing_slicing, reason = "as in `node`")]
    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id]
    }

    fn add_node(&mut self) -> NodeId {
        self.nodes.push(Node::default());
        self.nodes.len() - 1
    }

    /// The node at the end of a path.
    fn descend(&mut self, root: NodeId, path: &XmlPath) -> NodeId {
        let mut node = root;
        for step in &path.steps {
            let element = Name::new(&step.element);
            let condition = step.condition.as_ref();
            let condition =
                condition.map(|XmlCondition { attribute, value }| (Name::new(attribute), value.clone()));
            let mut children = self.node(node).children.iter();
            node = match children.find(|child| child.element == element && child.condition == condition) {
                Some(child) => child.node,
                None => {
                    let to = self.add_node();
                    self.node_mut(node).children.push(Child { element, condition, node: to });
                    to
                }
            };
        }
        node
    }
}
