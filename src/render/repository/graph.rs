//! What brings what.
//!
//! In: definitions and kustomizations of files. Out: [`Made`]: all that is rendered, from what nobody else brings down to the
//! last; each definition once. What is brought in a circle begins with the first of it.
//!
//! A definition brings the files that it reads and the definitions among its objects. Rendering goes by generations, each on
//! all threads; what each looks up is complete for the generations before it.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use rayon::prelude::*;

use super::order::Waits;
use super::seeds::{Root, Seeds};
use super::{Around, Asked, Definition, Limits, Sort};
use crate::render::argocd::{self, App};
use crate::render::budget::Budget;
use crate::render::kustomize::files::Files;
use crate::render::world::World;
use crate::render::{Problem, Rendered, flux, kustomize};

/// What was rendered.
pub struct Made {
    /// The set.
    pub rendered: Rendered,
    /// The cluster that an Application deploys to.
    pub cluster: Option<String>,
    /// How many of its sources are its definition's own.
    pub own: usize,
    /// What brings it; nothing where it is a kustomization by itself.
    pub sort: Option<Sort>,
    /// What a Flux Kustomization waits for.
    pub waits: Option<Waits>,
}

/// The names of the files that a set was made of.
pub fn reads(made: &Made) -> impl Iterator<Item = String> + '_ {
    made.rendered.sources.iter().skip(made.own).map(|source| source.name.clone())
}

/// So many are rendered beside each other before their objects are counted.
const CHUNK: usize = 64;
/// Objects of one that is rendered beside others; one that makes more is rendered again by itself.
const FEW_OBJECTS: usize = 2_000;

struct Node {
    definition: Option<Definition>,
    made: Option<Made>,
    children: Vec<usize>,
    depth: usize,
    /// It looks for values that nothing rendered so far holds.
    waits: bool,
}

/// Something that stands in a file by itself.
struct Seed {
    file: String,
    node: usize,
}

/// By which two definitions are told apart.
type Key = (Sort, String);

struct Graph<'g> {
    world: &'g World<'g>,
    /// The same, for what is rendered beside others.
    few: World<'g>,
    limits: &'g Limits,
    around: Around,
    nodes: Vec<Node>,
    known: HashMap<Key, usize>,
    /// What may still be made; nothing once something did not fit.
    left: Option<Budget>,
    started: Instant,
}

/// Renders definitions and kustomizations, and what they bring.
pub fn follow(world: &World<'_>, seeds: &Seeds, asked: &Asked) -> Vec<Made> {
    let limits = &asked.limits;
    let mut graph = Graph {
        world,
        few: world.with_most(FEW_OBJECTS),
        limits,
        around: seeds.around.copy(),
        nodes: Vec::new(),
        known: HashMap::new(),
        left: Some(limits.budget),
        started: Instant::now(),
    };
    let mut found = Vec::new();
    let mut first = Vec::new();
    for (file, definition) in &seeds.definitions {
        let node = if graph.nodes.len() < limits.definitions {
            graph.add(definition.key(), definition.copy(), 0, &mut first)
        } else {
            graph.leave_out(definition)
        };
        found.push(Seed { file: file.clone(), node });
    }
    graph.render_all(first);
    for &defines in if asked.definitions_alone { &[true][..] } else { &[true, false] } {
        let read: HashSet<String> = graph.nodes.iter().filter_map(|node| node.made.as_ref()).flat_map(reads).collect();
        let open = seeds.roots.iter().filter(|root| root.defines == defines && !read.contains(&root.file));
        let open: Vec<_> = open.collect();
        let mut next = Vec::new();
        for open in open.chunks(CHUNK) {
            let made: Vec<Made> = open.par_iter().map(|root| build(&graph.few, root)).collect();
            for (root, few) in open.iter().zip(made) {
                let made = if few.rendered.limited { build(world, root) } else { few };
                let (node, made) = (graph.nodes.len(), Some(graph.bound(made)));
                graph.nodes.push(Node { definition: None, made, children: Vec::new(), depth: 0, waits: false });
                graph.take_up(node, &mut next);
                if asked.definitions_alone {
                    graph.forget_objects(node);
                }
                found.push(Seed { file: root.file.clone(), node });
            }
        }
        graph.render_all(next);
    }
    graph.reached(&found)
}

/// A kustomization by itself.
fn build(world: &World<'_>, root: &Root) -> Made {
    let folder = world.files.name(&root.folder);
    let name = if folder.is_empty() { "." } else { &folder };
    let rendered = match &world.partly() {
        Some(partly) => kustomize::build_partly(&world.files, &root.folder, name, &world.limits, partly),
        None => kustomize::build(&world.files, &root.folder, name, &world.limits),
    };
    Made { rendered, cluster: None, own: 0, sort: None, waits: None }
}

fn too_many(limits: &Limits) -> String {
    let Budget { objects, values } = limits.budget;
    let values = if values == usize::MAX { String::new() } else { format!(", or {values} values in them") };
    format!("is not rendered: this repository renders more than {objects} objects{values}")
}

/// A definition that is not rendered, and why.
fn left_out(definition: &Definition, message: String) -> Made {
    let mut rendered = definition.nothing();
    let (own, span) = (rendered.sources.iter().count(), Some(definition.value.origin.span));
    rendered.problems.push(Problem::new("render-failed", span, message));
    Made { rendered, cluster: None, own, sort: Some(definition.sort), waits: None }
}

impl Graph<'_> {
    /// The node of a definition; it is rendered later where it is new.
    fn add(&mut self, key: Key, definition: Definition, depth: usize, next: &mut Vec<usize>) -> usize {
        let index = self.nodes.len();
        let known = *self.known.entry(key).or_insert(index);
        if known == index {
            let definition = Some(definition);
            self.nodes.push(Node { definition, made: None, children: Vec::new(), depth, waits: false });
            next.push(index);
        }
        known
    }

    /// Renders nodes, and what they bring, until nothing is new.
    fn render_all(&mut self, mut open: Vec<usize>) {
        let mut waiting = Vec::new();
        loop {
            let last = open.is_empty();
            if last {
                // What they wait for may have come since; else it does not.
                open = std::mem::take(&mut waiting);
            }
            if open.is_empty() {
                return;
            }
            let (mut next, mut done) = (Vec::new(), Vec::new());
            for open in open.chunks(CHUNK) {
                let made: Vec<_> = open.par_iter().map(|&index| self.render(&self.few, index, last)).collect();
                for (&index, few) in open.iter().zip(made) {
                    let again = few.0.as_ref().is_some_and(|made| made.rendered.limited);
                    let (made, waits) = if again { self.render(self.world, index, last) } else { few };
                    self.nodes[index].waits = waits;
                    if waits && !last {
                        waiting.push(index);
                        continue;
                    }
                    self.nodes[index].made = made.map(|made| self.bound(made));
                    done.push(index);
                }
            }
            done.into_iter().for_each(|index| self.take_up(index, &mut next));
            open = next;
        }
    }

    /// Counts the objects of a rendering; where they are too many, it is left out.
    fn bound(&mut self, mut made: Made) -> Made {
        let objects = &made.rendered.objects;
        if !objects.is_empty() && !self.left.as_mut().is_some_and(|left| left.take(objects)) {
            self.left = None;
            made.rendered.objects = Vec::new();
            let message = too_many(self.limits);
            made.rendered.problems.push(Problem::new("render-failed", None, message));
        }
        made
    }

    /// Renders a definition; also whether it waits for values that nothing holds as yet.
    fn render(&self, world: &World<'_>, index: usize, last: bool) -> (Option<Made>, bool) {
        let node = &self.nodes[index];
        let Some(definition) = &node.definition else { return (None, false) };
        if self.left.is_none() {
            return (Some(left_out(definition, too_many(self.limits))), false);
        }
        if self.started.elapsed() >= self.limits.time {
            let most = self.limits.time.as_secs_f64();
            let message = format!("is not rendered: what the definitions bring takes more than {most} s");
            return (Some(left_out(definition, message)), false);
        }
        let around = &self.around;
        let (mut rendered, waits) = match definition.sort {
            Sort::Application => (argocd::render(world, around, definition), false),
            Sort::ApplicationSet => (argocd::sets::render(world, definition), false),
            Sort::Flux => flux::render(world, around, definition, last),
            // The bounds of charts are those of their templates.
            Sort::Release => flux::release::render(self.world, around, definition, last),
        };
        let brings = rendered.objects.iter().any(|object| Definition::sort_of(object).is_some());
        if brings && node.depth + 1 >= self.limits.depth {
            let message = format!("definitions include each other more than {} levels deep", self.limits.depth);
            let span = Some(definition.value.origin.span);
            rendered.problems.push(Problem::new("render-failed", span, message));
        }
        let app = (definition.sort == Sort::Application).then(|| App::of(&definition.value).destination());
        let cluster = app.and_then(|to| to.server.or(to.name)).map(str::to_owned);
        let (own, sort) = (definition.sources.iter().count(), Some(definition.sort));
        let on = (definition.sort == Sort::Flux).then(|| Waits::of(&definition.value));
        (Some(Made { rendered, cluster, own, sort, waits: on }), waits)
    }

    /// Takes up what a rendering gave: what others look up, and definitions.
    fn take_up(&mut self, index: usize, next: &mut Vec<usize>) {
        let depth = self.nodes[index].depth + 1;
        let Some(made) = &self.nodes[index].made else { return };
        let mut brought = Vec::new();
        for object in &made.rendered.objects {
            self.around.add(object, &made.rendered.sources);
            brought.extend(Definition::of(object, &made.rendered.sources));
        }
        if depth >= self.limits.depth {
            return;
        }
        for definition in brought {
            let key = definition.key();
            if !self.known.contains_key(&key) && self.nodes.len() >= self.limits.definitions {
                self.tell_most(index);
                return;
            }
            let child = self.add(key, definition, depth, next);
            self.nodes[index].children.push(child);
        }
    }

    /// Lets go of what is not asked for.
    fn forget_objects(&mut self, index: usize) {
        if let Some(made) = &mut self.nodes[index].made {
            made.rendered.objects = Vec::new();
        }
    }

    /// The node of a definition that is one too many.
    fn leave_out(&mut self, definition: &Definition) -> usize {
        let message = format!("it is skipped: the repository has more than {} definitions", self.limits.definitions);
        let made = Some(left_out(definition, message));
        self.nodes.push(Node { definition: None, made, children: Vec::new(), depth: 0, waits: false });
        self.nodes.len() - 1
    }

    /// Says at a definition that no more of what it brings is followed.
    fn tell_most(&mut self, index: usize) {
        let span = self.nodes[index].definition.as_ref().map(|definition| definition.value.origin.span);
        let most = self.limits.definitions;
        let message = format!("no more of what it brings is followed: the repository has more than {most} definitions");
        if let Some(made) = &mut self.nodes[index].made {
            made.rendered.problems.push(Problem::new("render-failed", span, message));
        }
    }

    /// What is left when seeds that others bring are taken away, in the order of the seeds.
    fn reached(mut self, seeds: &[Seed]) -> Vec<Made> {
        let mut by_file: HashMap<&str, Vec<usize>> = HashMap::new();
        for (number, seed) in seeds.iter().enumerate() {
            by_file.entry(&seed.file).or_default().push(number);
        }
        let brought: Vec<Vec<usize>> = seeds.iter().map(|seed| self.brought(seed, &by_file)).collect();
        let mut taken = vec![false; seeds.len()];
        for (number, others) in brought.iter().enumerate() {
            others.iter().filter(|other| **other != number).for_each(|other| taken[*other] = true);
        }
        let mut covered = vec![false; seeds.len()];
        let mut roots = Vec::new();
        let free = (0..seeds.len()).filter(|number| !taken[*number]);
        for number in free.chain(0..seeds.len()) {
            if covered[number] {
                continue;
            }
            roots.push(number);
            let mut work = vec![number];
            while let Some(at) = work.pop() {
                if !std::mem::replace(&mut covered[at], true) {
                    work.extend(&brought[at]);
                }
            }
        }
        let (mut order, mut known) = (Vec::new(), HashSet::new());
        for root in roots {
            self.below(seeds[root].node, &mut known, &mut order);
        }
        order.into_iter().filter_map(|index| self.nodes[index].made.take()).collect()
    }

    /// The seeds that a seed brings: those whose files it, or what it leads to, reads.
    fn brought(&self, seed: &Seed, by_file: &HashMap<&str, Vec<usize>>) -> Vec<usize> {
        let mut nodes = Vec::new();
        self.below(seed.node, &mut HashSet::new(), &mut nodes);
        let made = nodes.iter().filter_map(|index| self.nodes[*index].made.as_ref());
        let names = made.flat_map(|made| made.rendered.sources.iter().skip(made.own));
        names.filter_map(|source| by_file.get(&*source.name)).flatten().copied().collect()
    }

    /// A node and all that it leads to, added to those that are known already.
    fn below(&self, start: usize, known: &mut HashSet<usize>, order: &mut Vec<usize>) {
        let mut work = vec![start];
        while let Some(index) = work.pop() {
            if known.insert(index) {
                order.push(index);
                work.extend(self.nodes[index].children.iter().rev());
            }
        }
    }
}
